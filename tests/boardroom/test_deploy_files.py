"""The image, the compose file and the Procfile say the same thing, and none of them a secret."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from boardroom import settings
from boardroom.settings_names import REQUIRED, VARIABLES
from scripts.set_up import TOOLS

HOUSE = Path(settings.BASE_DIR)
# What the services beside the portal are told; the portal never reads these.
NEIGHBOURS = {"POSTGRES_PASSWORD", "APP_DATABASE_PASSWORD", "GARAGE_RPC_SECRET"}
SECRET = re.compile(r"SECRET|PASSWORD|KEY|TOKEN")
PROCESSES = ("web", "worker", "beat")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((HOUSE / "docker-compose.yml").read_text())


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


@pytest.fixture(scope="module")
def dockerfile():
    """The instructions of the Dockerfile, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (HOUSE / "Dockerfile").read_text(), flags=re.MULTILINE)
    joined = text.replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def procfile():
    lines = (HOUSE / "Procfile").read_text().splitlines()
    named = (line.partition(":") for line in lines if line.strip() and line[0] != "#")
    return {name: command.strip() for name, _, command in named}


def of_portal(services):
    """The services that run our image."""
    return {name: one for name, one in services.items() if one["image"] == "boardroom"}


def test_web_worker_and_beat_are_the_same_commands_everywhere(services, procfile, dockerfile):
    for name in PROCESSES:
        assert services[name]["command"] == procfile[name]
    image = next(rest for instruction, rest in reversed(dockerfile) if instruction == "CMD")
    assert yaml.safe_load(image) == shlex.split(procfile["web"])


def test_the_parts_that_a_portal_needs_are_there(services):
    assert set(services) == {
        *PROCESSES, "migrate", "proxy", "database", "broker", "files", "mail",
    }  # fmt: skip


def test_every_variable_in_compose_is_one_that_somebody_reads(services):
    text = (HOUSE / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{([A-Z0-9_]+)", text))
    assert asked <= set(VARIABLES) | NEIGHBOURS
    for name, service in of_portal(services).items():
        assert set(service["environment"]) <= set(VARIABLES), name


def test_every_required_variable_reaches_every_process(services):
    for name, service in of_portal(services).items():
        given = service["environment"]
        assert set(REQUIRED) <= set(given), name
        assert not {"BOARDROOM_DEMO", "DEMO_SIGN_IN", "DEBUG", "MFA_REQUIRED"} & set(given)


def test_only_migrate_knows_the_owner_of_the_tables(services):
    for name, service in of_portal(services).items():
        text = yaml.safe_dump(service)
        assert ("POSTGRES_PASSWORD" in text) is (name == "migrate")
        assert ("MIGRATION_DATABASE_URL" in service["environment"]) is (name == "migrate")


def test_no_file_holds_a_secret(services):
    for service in services.values():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable):
                assert re.fullmatch(r"\$\{[A-Z_]+(:[?-][^}]*)?\}", str(value)), variable
    for line in (HOUSE / ".env.example").read_text().splitlines():
        variable, is_set, value = line.partition("=")
        if is_set and not line.startswith("#") and SECRET.search(variable):
            assert value == "", variable
    assert not re.search(r"://\w+:(?!\$\{)[^@/\s]+@", (HOUSE / "docker-compose.yml").read_text())


def test_the_example_names_what_compose_asks_for_and_nothing_else():
    text = (HOUSE / "docker-compose.yml").read_text()
    example = (HOUSE / ".env.example").read_text()
    named = set(re.findall(r"^([A-Z0-9_]+)=", example, re.MULTILINE))
    assert named == set(re.findall(r"\$\{([A-Z0-9_]+)", text))


def test_everything_that_runs_is_watched_and_started_again(services):
    for name, service in services.items():
        if name == "migrate":
            assert service["restart"] == "on-failure"
            continue
        assert service["restart"] == "unless-stopped", name
        assert service["healthcheck"]["test"], name


def test_the_role_is_told_what_it_may_do_after_every_migration(services):
    role = re.match(r"postgres://(\w+):", services["web"]["environment"]["DATABASE_URL"])[1]
    assert f"grant_role {role}" in services["migrate"]["command"]
    assert f"CREATE ROLE {role} " in (HOUSE / "deploy/database/app-role.sh").read_text()


def test_pages_are_served_after_the_tables_are_ready(services):
    for name in PROCESSES:
        waits = services[name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["database"]["condition"] == "service_healthy"


def test_only_the_proxy_is_open_to_the_world(services, compose):
    for name, service in services.items():
        for port in service.get("ports", ()):
            assert name == "proxy" or port.startswith("127.0.0.1:"), name
    assert compose["networks"]["inside"]["internal"] is True


def test_the_image_is_built_in_stages_and_does_not_run_as_root(dockerfile):
    assert [instruction for instruction, _ in dockerfile].count("FROM") == 3
    last = dockerfile[max(i for i, (word, _) in enumerate(dockerfile) if word == "FROM") :]
    users = [rest for instruction, rest in last if instruction == "USER"]
    assert users and users[-1] not in ("root", "0")
    assert any(word == "HEALTHCHECK" for word, _ in last)
    assert any("--require-hashes" in rest for word, rest in dockerfile if word == "RUN")


def test_the_image_has_what_the_tests_convert_with(dockerfile):
    (packages,) = [rest for word, rest in dockerfile if word == "RUN" and "apt-get install" in rest]
    commands, tried = TOOLS["libreoffice"]
    assert set(tried) <= set(packages.split())
    assert set(commands) & {"soffice", "libreoffice"}


def test_portal_containers_can_write_next_to_nothing(services):
    for service in of_portal(services).values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_secrets_and_data_stay_out_of_the_image():
    ignored = (HOUSE / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    assert not let_in & {".env", "var", ".git", "tests"}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (HOUSE / "Dockerfile").read_text(), re.M)
    needed = {source for sources in copied for source in sources.split() if source != "."}
    assert needed <= let_in


def test_the_proxy_says_who_comes_and_hides_the_probes():
    caddy = (HOUSE / "deploy" / "Caddyfile").read_text()
    assert "reverse_proxy web:8000" in caddy
    assert "/readyz" in caddy
