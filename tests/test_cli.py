"""What whoever operates an instance does from the command line."""

from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text, update

import config as settings
from dialogue.app import create_app
from dialogue.cli import group
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.people import StaffRole
from dialogue.services import letters, links
from dialogue.services.letters import LetterKind
from dialogue.store.accounts import Account, LinkPurpose, PublicKey
from dialogue.store.cases import Case
from dialogue.store.engine import open_store
from dialogue.store.record import Entry
from dialogue.store.schema import is_current
from tests.services.test_mailroom import Postbox, free_port


@pytest.fixture
def command(request, house):
    """Run one command on the instance of the test, with the settings that it needs."""
    for stage in {"gathered", "drafted"} & set(request.fixturenames):
        house = request.getfixturevalue(stage).house

    def run(*words, **changes):
        instance = replace(house.instance, **changes.pop("instance", {}))
        told = settings.testing("sqlite://", **changes)
        app = create_app(told, instance=instance, clock=house.tick)
        return app.test_cli_runner().invoke(group, words)

    return run


def test_an_invitation_of_staff_prints_a_link_that_works_once(command, house):
    result = command(
        "accounts", "create", "Clara@ilo.example", "--name", "Clara", "--role", "coordinator", "--role", "facilitator"
    )

    assert result.exit_code == 0
    token = result.output.strip().removeprefix("https://dialogue.test/link/")
    with house.reading(None) as work:
        link = links.find(work, token)
        assert link.purpose is LinkPurpose.STAFF
        assert link.staff_roles == "coordinator,facilitator"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("not an address", "--name", "Clara", "--role", "coordinator"), "not an e-mail address"),
        (("mina@brand.example", "--name", "Mina", "--role", "coordinator"), "already"),
        (("clara2@ilo.example", "--name", "Clara", "--role", "lead"), "Invalid value"),
        (("clara2@ilo.example", "--name", "Clara"), "Missing option"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_in_a_sentence(command, gathered, words, says):
    result = command("accounts", "create", *words)

    assert result.exit_code != 0
    assert says in result.output
    assert "Traceback" not in result.output


def test_fresh_secrets_start_a_production_instance(command):
    result = command("keys", "generate")

    told = dict(line.split("=", 1) for line in result.output.splitlines())
    settings.from_environment(
        told
        | {
            "DIALOGUE_DATABASE_URL": "sqlite://",
            "DIALOGUE_BASE_URL": "https://dialogue.example.org",
            "DIALOGUE_TRUSTED_HOSTS": "dialogue.example.org",
        }
    )
    assert command("keys", "generate").output != result.output


def test_the_keys_of_an_instance_in_order_are_said_to_be_so(command, gathered):
    desk = gathered.coordinator.bundle.public.fingerprint

    result = command("keys", "check", instance={"desk": desk})

    assert result.exit_code == 0
    assert "Accounts: 7, with keys that do not fit: 0." in result.output
    assert "the signed list of staff holds, entries: 2" in result.output
    assert "accounts.sealed_identity: k1 7" in result.output


def test_what_is_not_configured_is_said(command):
    said = command("keys", "check", instance={"secretariats": ()}).output

    assert "no first coordinator is configured" in said
    assert "DIALOGUE_SMTP_HOST is missing" in said
    assert "DIALOGUE_SECRETARIATS is missing" in said
    assert "DIALOGUE_SMTP_HOST" not in command("keys", "check", smtp_host="localhost").output


def exchange_keys(gathered, names):
    victim, thief = gathered.union_lead, gathered.outsider
    public = thief.bundle.public
    told = {"kem": public.kem, "sign": public.sign, "self_signature": public.self_signature}
    with gathered.instance.store.session(writes=True) as session:
        row = session.get(PublicKey, victim.bundle.public.fingerprint)
        for name in names:
            setattr(row, name, told[name])
        session.commit()
    return victim.account_id


@pytest.mark.parametrize("names", [("kem",), ("sign",), ("self_signature",), ("kem", "sign", "self_signature")])
def test_an_exchanged_public_key_raises_an_alarm(command, gathered, names):
    victim = exchange_keys(gathered, names)

    result = command("keys", "check", instance={"desk": gathered.coordinator.bundle.public.fingerprint})

    assert result.exit_code == 1
    assert f"ALARM: {victim}" in result.output


def test_a_fingerprint_without_its_keys_raises_an_alarm(command, gathered):
    desk = gathered.coordinator.bundle.public.fingerprint
    with gathered.instance.store.session(writes=True) as session:
        session.execute(
            update(Account).where(Account.id == gathered.union_lead.account_id).values(fingerprint=bytes(32))
        )
        session.commit()

    assert command("keys", "check", instance={"desk": desk}).exit_code == 1


def test_a_list_of_staff_under_another_root_raises_an_alarm(command, gathered):
    desk = gathered.outsider.bundle.public.fingerprint

    result = command("keys", "check", instance={"desk": desk})

    assert result.exit_code == 1
    assert "ALARM, the signed list of staff does not hold (desk_authority)" in result.output


def test_rows_under_a_key_that_is_not_held_raise_an_alarm(command, gathered):
    other = ServerSecrets.parse(ServerSecrets.generate("k2"))

    result = command("keys", "check", instance={"secrets": other})

    assert result.exit_code == 1
    assert "ALARM: there are rows under 'k1', which is not configured." in result.output


def test_the_first_coordinators_key_is_printed_with_its_setting(command, gathered):
    fingerprint = gathered.coordinator.bundle.public.fingerprint

    result = command("keys", "desk", "Clara@ILO.example", instance={"desk": None})

    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == f"DIALOGUE_DESK={fingerprint.hex()}"
    assert len(result.output.splitlines()[1].split()) == 9
    assert (
        "is the configured first coordinator"
        in command("keys", "desk", "clara@ilo.example", instance={"desk": fingerprint}).output
    )


@pytest.mark.parametrize("email", ["farid@ilo.example", "mina@brand.example", "nobody@ilo.example", "nobody"])
def test_nobody_but_a_coordinator_becomes_the_root_of_the_list(command, gathered, email):
    result = command("keys", "desk", email, instance={"desk": None})

    assert result.exit_code == 1
    assert "DIALOGUE_DESK=" not in result.output


def test_a_rotation_says_what_it_moved_and_what_still_waits(command, gathered):
    old = gathered.instance.secrets
    both = ServerSecrets(("k2", *old.key_ids), {"k2": b"K" * 31 + b"2"} | dict(old._keys))

    result = command("keys", "rotate", instance={"secrets": both})

    assert result.exit_code == 0
    assert "accounts.sealed_identity: 7 moved, 0 left" in result.output
    assert "7 passwords still need 'k1'" in result.output


def test_a_rotation_that_leaves_something_behind_ends_with_an_error(command, gathered):
    other = ServerSecrets.parse(ServerSecrets.generate("k2"))

    result = command("keys", "rotate", instance={"secrets": other})

    assert result.exit_code == 1
    assert "accounts.sealed_identity: 0 moved, 7 left" in result.output


def test_an_unbroken_record_is_said_to_be_so(command, drafted):
    result = command("audit", "verify")

    assert result.exit_code == 0
    assert "bad chains: 0" in result.output


def test_the_first_bad_entry_of_each_chain_is_named(command, drafted):
    with drafted.instance.store.session(writes=True) as session:
        session.execute(update(Entry).where(Entry.seq >= 2).values(act="note:read"))
        session.commit()

    result = command("audit", "verify")

    assert result.exit_code == 1
    assert f"{drafted.case_id.hex}:joint: entry 2 does not hold" in result.output


def test_a_row_that_was_altered_is_named_with_the_entry_about_it(command, drafted):
    with drafted.instance.store.session(writes=True) as session:
        session.execute(update(Case).values(label="another label"))
        session.commit()

    result = command("audit", "verify")

    assert result.exit_code == 1
    assert f"{drafted.case_id.hex}:rows: cases {drafted.case_id} is not what entry " in result.output
    assert "Rows that are not as they were written: 1." in result.output


def test_the_worker_delivers_what_is_due(command, house):
    with house.writing(None) as work:
        letters.to_address(work, LetterKind.REGISTER, "ana@example.org", "fr", key="register:1", link="/link/1")
    postbox = Postbox()
    running = Controller(postbox, hostname="127.0.0.1", port=free_port())
    running.start()
    try:
        result = command("worker", "--once", smtp_host="127.0.0.1", smtp_port=running.port, smtp_tls=False)
    finally:
        running.stop()

    assert result.exit_code == 0
    assert "delivered: 1" in result.output
    assert len(postbox.messages) == 1


def test_a_worker_without_a_mail_server_says_what_is_missing(command):
    result = command("worker", "--once")

    assert result.exit_code == 1
    assert "DIALOGUE_SMTP_HOST is missing" in result.output


def test_a_worker_does_not_start_on_an_old_database(command, house):
    with house.instance.store.session(writes=True) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        session.commit()

    result = command("worker", "--once", smtp_host="127.0.0.1")

    assert result.exit_code == 1
    assert "run `dialogue migrate` first" in result.output


def test_an_empty_database_is_brought_to_the_newest_revision(command, tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'empty.sqlite'}")

    assert not is_current(store.reading)
    for _ in range(2):
        assert command("migrate", instance={"store": store}).exit_code == 0
        assert is_current(store.reading)
    store.dispose()


def test_every_role_of_the_staff_can_be_invited(command):
    for role in StaffRole:
        email = f"{role.value}@ilo.example"
        assert command("accounts", "create", email, "--name", "N", "--role", role.value).exit_code == 0


def test_meetings_are_counted_without_a_name(command):
    told = command("stats")

    assert told.exit_code == 0
    assert told.output == "in all     meetings 0, hours 0:00, people -, -\n"


def test_content_and_keys_are_saved_apart_and_come_back_from_the_command_line(command, gathered, tmp_path):
    folder = tmp_path / "kept"
    saved = command("backup", str(folder), "--secrets")

    assert saved.exit_code == 0
    assert sorted(path.name.partition("-")[0] for path in folder.iterdir()) == ["content", "keys", "secrets"]
    assert {oct(path.stat().st_mode)[-3:] for path in folder.iterdir()} == {"600"}
    assert "in clear" in saved.output
    assert command("backup", str(folder), "--secrets").exit_code == 0
    refused = command("restore", str(folder))
    assert refused.exit_code == 1
    assert "in use" in refused.output
    missing = command("restore", str(tmp_path))
    assert "no backup of content" in missing.output


def test_what_is_over_is_due_destroyed_and_certified_from_the_command_line(command, gathered, tmp_path):
    assert command("cases", "due").output == ""
    assert "Done: 0." in command("cases", "destroy-due").output
    (tmp_path / "no.json").write_text("{}")
    refused = command("cases", "verify-certificate", str(tmp_path / "no.json"))
    assert refused.exit_code == 1
    assert "not a certificate" in refused.output
    assert "Certificates of destruction that do not hold: 0." in command("audit", "verify").output
