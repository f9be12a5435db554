"""The demo's broker: whole messages in files, and nothing that stops a worker."""

import os
from queue import Empty
from threading import Thread

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from boardroom.broker import Transport
from boardroom.celery import prepare_broker


@pytest.fixture
def folder(tmp_path):
    # kombu remembers for the whole process which queues it has bound in which table.
    Transport.global_state.clear()
    return tmp_path / "messages"


@pytest.fixture
def line(folder):
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
    }
    prepare_broker(options)
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection


def test_the_portal_uses_it(line):
    assert type(line.transport) is Transport


def test_a_message_arrives_as_it_was_sent(line):
    queue = line.SimpleQueue("bell")
    queue.put({"task": "ring"})
    message = queue.get(timeout=5)
    assert message.payload == {"task": "ring"}
    message.ack()
    with pytest.raises(queue.Empty):
        queue.get(timeout=0.2)


@pytest.mark.parametrize("left", [b"", b'{"body": "eyJ0', b"\xff\xfe"])
def test_a_message_that_was_never_finished_stops_nobody(left, line, folder):
    queue = line.SimpleQueue("bell")
    (folder / "0_left-behind.bell.msg").write_bytes(left)
    queue.put("whole")
    assert queue.get(timeout=5).payload == "whole"
    assert queue.qsize() == 0


def test_whoever_listens_while_others_ring_hears_every_bell(line, folder):
    """As many as are put are heard, and none by halves."""
    channel = line.channel()
    heard = []

    def ring(name):
        for number in range(100):
            channel._put("bell", {"from": name, "number": number})

    ringers = [Thread(target=ring, args=(name,)) for name in "abc"]
    for ringer in ringers:
        ringer.start()
    while any(ringer.is_alive() for ringer in ringers) or channel._size("bell"):
        try:
            heard.append(channel._get("bell"))
        except Empty:
            continue
    assert len(heard) == 300
    assert {(one["from"], one["number"]) for one in heard} == {
        (name, number) for name in "abc" for number in range(100)
    }


def test_a_disk_that_takes_nothing_is_said_and_leaves_nothing(line, folder, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(ChannelError):
        line.channel()._put("bell", {})
    assert [one.name for one in folder.iterdir() if one.is_file()] == []


def test_a_table_of_bindings_that_was_never_finished_is_written_anew(line, folder):
    (folder / "control" / "bell.exchange").write_bytes(b"")
    line.SimpleQueue("bell").put("whole")
    assert line.SimpleQueue("bell").get(timeout=5).payload == "whole"
