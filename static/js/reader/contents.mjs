// What is in the book, item by item, each with what is new of it.

export const make = (name, classes = "", text = "") => {
  const one = document.createElement(name);
  if (classes) one.className = classes;
  if (text) one.textContent = text;
  return one;
};

export function showContents(list, contents, go) {
  const entry = (title, page, label, number = "") => {
    const [item, button] = [make("li"), make("button")];
    button.type = "button";
    button.dataset.page = page;
    button.append(make("span", "number", `${number}`), make("span", "what", title), make("span", "label", label ?? ""));
    button.addEventListener("click", () => go(page));
    item.append(button);
    list.append(item);
    return button.querySelector(".what");
  };
  for (const tab of contents) {
    const what = entry(tab.title, tab.page, tab.label, tab.number);
    const papers = tab.papers ?? [];
    for (const says of tab.asks ?? []) what.append(make("span", "badge badge-soon", says));
    for (const paper of papers) {
      for (const says of [paper.changed, paper.late].filter(Boolean)) {
        const place = papers.length > 1 ? null : what;
        if (place) place.append(make("span", "badge badge-soon", says));
      }
      if (papers.length > 1) {
        const under = entry(paper.title, paper.page, paper.label);
        under.closest("li").classList.add("under");
        for (const says of [paper.changed, paper.late].filter(Boolean)) under.append(make("span", "badge badge-soon", says));
      }
    }
  }
}

// Of a long list the entry that is read stays in sight; nothing but the list is moved.
export function showCurrent(list) {
  const [room, entry] = [list, list.querySelector("[aria-current]")].map((one) => one?.getBoundingClientRect());
  if (!entry?.height) return;
  if (entry.top < room.top) list.scrollTop -= room.top - entry.top;
  else if (entry.bottom > room.bottom) list.scrollTop += entry.bottom - room.bottom;
}
