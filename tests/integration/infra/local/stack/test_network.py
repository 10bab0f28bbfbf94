"""Ports of the local stack: free ones, where no outgoing connection can settle meanwhile."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from infra.local.stack import network
from infra.local.stack.network import HOST, choose_ports, free_port

pytestmark = pytest.mark.integration


def test_a_port_that_was_chosen_can_be_listened_on_and_is_none_of_the_kernels() -> None:
    kernels = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = {free_port() for _ in range(20)}
    assert max(ports) < kernels
    for port in ports:
        with closing(socket.socket()) as listener:
            listener.bind((HOST, port))
            listener.listen()


def test_every_service_gets_a_port_of_its_own() -> None:
    ports = choose_ports(defaults=False)
    assert ports.keys() == network.DEFAULTS.keys()
    assert len(set(ports.values())) == len(ports)


def test_a_default_that_is_taken_is_passed_by() -> None:
    wanted = choose_ports()
    with closing(socket.socket()) as listener:
        listener.bind((HOST, wanted["api"]))
        listener.listen()
        chosen = choose_ports()
    assert chosen["api"] != wanted["api"]
