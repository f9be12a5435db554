// Copies what pages load from the installed packages to static/vendor/, whole or not at all.
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const house = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = join(house, "node_modules");
const vendor = join(house, "static", "vendor");
const made = `${vendor}.new`;

const FILES = {
  "bootstrap/dist/css/bootstrap.min.css": "bootstrap/css",
  "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/js",
  "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons",
  "bootstrap-icons/font/fonts/bootstrap-icons.woff": "bootstrap-icons/fonts",
  "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "bootstrap-icons/fonts",
  "htmx.org/dist/htmx.min.js": "htmx",
  "pdfjs-dist/legacy/build/pdf.min.mjs": "pdfjs",
  "pdfjs-dist/legacy/build/pdf.worker.min.mjs": "pdfjs",
};
// What a document may need that its reader's browser lacks: letters, colours, pictures.
const FOLDERS = {
  "pdfjs-dist/cmaps": "pdfjs/cmaps",
  "pdfjs-dist/iccs": "pdfjs/iccs",
  "pdfjs-dist/standard_fonts": "pdfjs/standard_fonts",
  "pdfjs-dist/wasm": "pdfjs/wasm",
};
const FONTS = ["inter", "source-serif-4"];
// Names of directors are written in these; other alphabets fall back to the system's fonts.
const ALPHABETS = /-(latin|latin-ext)-wght-/;

function put(content, folder, name) {
  mkdirSync(join(made, folder), { recursive: true });
  writeFileSync(join(made, folder, name), content);
}

function copyFile(source, folder) {
  const content = readFileSync(join(packages, source));
  // The source maps stay behind, so nothing may point to them.
  const isText = /\.(css|js)$/.test(source);
  const plain = isText ? content.toString().replace(/^.*sourceMappingURL=.*$/gm, "") : content;
  put(plain, folder, basename(source));
}

function copyFont(font) {
  const from = join("@fontsource-variable", font);
  for (const sheet of ["wght.css", "wght-italic.css"]) {
    const faces = readFileSync(join(packages, from, sheet), "utf8").match(/@font-face\s*{[^}]*}/g);
    const kept = faces.filter((face) => ALPHABETS.test(face));
    put(kept.join("\n"), font, sheet);
    for (const face of kept) {
      copyFile(join(from, face.match(/url\(\.\/(files\/[^)]+)\)/)[1]), join(font, "files"));
    }
  }
}

rmSync(made, { recursive: true, force: true });
for (const [source, folder] of Object.entries(FILES)) copyFile(source, folder);
FONTS.forEach(copyFont);
for (const [source, folder] of Object.entries(FOLDERS)) {
  cpSync(join(packages, source), join(made, folder), { recursive: true });
}
for (const [name, folder] of [
  ["bootstrap", "bootstrap"],
  ["bootstrap-icons", "bootstrap-icons"],
  ["htmx.org", "htmx"],
  ["pdfjs-dist", "pdfjs"],
  ...FONTS.map((font) => [`@fontsource-variable/${font}`, font]),
]) {
  cpSync(join(packages, name, "LICENSE"), join(made, folder, "LICENSE"));
}
rmSync(vendor, { recursive: true, force: true });
renameSync(made, vendor);
