"""A consumer of events.validated.v1 that keeps money exact.

It prints a line for each event that it counts, and at its end what each currency sums up to and which event was the last of each
payment. What it remembers is in memory; keep it in your database, in one transaction with the position.
"""

import argparse
import importlib
import json
import re
from decimal import Decimal, Inexact, getcontext
from typing import NamedTuple

from confluent_kafka import Consumer, KafkaError, KafkaException, Message

from models.events_validated_v1 import EventsValidatedV1

# A sum that would have to be rounded is an error, not a sum.
getcontext().prec = 60
getcontext().traps[Inexact] = True


def model_of(event_type: str):
    """The model of a type of event, or of every event if the type came later than this program."""
    try:
        module = importlib.import_module("models." + event_type.replace(".", "_"))
    except ModuleNotFoundError:
        return EventsValidatedV1
    return getattr(module, "".join(word.capitalize() for word in re.split("[._]", event_type)))


def event_in(message: Message):
    """The event of a record. Its numbers are read from the text as decimals: a float would have rounded them already."""
    value = json.loads(message.value(), parse_float=Decimal)
    return model_of(value["event_type"]).model_validate(value)


def header(message: Message, name: str) -> str | None:
    """The text of the first header of a name."""
    found = (value for key, value in message.headers() or [] if key == name)
    first = next(found, None)
    return None if first is None else first.decode("utf-8", "replace")


class Place(NamedTuple):
    topic: str
    partition: int
    offset: int


class Precedence(NamedTuple):
    """What decides which of two events of a payment is the later one."""

    origin: Place
    # Which of several things in the origin, from 1; 0 if there is but one.
    part: int
    itself: Place
    received_at: int


PLACE = re.compile(
    r"([A-Za-z0-9_.-]{1,249})/(0|[1-9][0-9]{0,9})/(0|[1-9][0-9]{0,15})(?:#([1-9][0-9]{0,3})/[1-9][0-9]{0,3})?"
)


def precedence_of(message: Message) -> Precedence:
    """By the raw record in whose place a record stands: the one that a replay names, else the one that it was made from."""
    itself = Place(message.topic(), message.partition(), message.offset())
    for name in ("eventflow-origin", "eventflow-source"):
        named = PLACE.fullmatch(header(message, name) or "")
        if named:
            origin = Place(named[1], int(named[2]), int(named[3]))
            part = int(named[4] or 0)
            break
    else:
        origin, part = itself, 0
    # Every record that came through the intake says it. One that does not counts as the earliest.
    received_at = int(header(message, "eventflow-received-at") or 0)
    return Precedence(origin, part, itself, received_at)


def is_later(incoming: Precedence, applied: Precedence) -> bool:
    """Whether a record is to be applied to the last state of its payment: docs/decisions/0012-order-and-replays.md."""
    if incoming.origin[:2] != applied.origin[:2]:
        return incoming.received_at > applied.received_at
    if incoming.origin.offset != applied.origin.offset:
        return incoming.origin.offset > applied.origin.offset
    if incoming.part != applied.part:
        return incoming.part > applied.part
    if incoming.itself[:2] == applied.itself[:2]:
        return incoming.itself.offset > applied.itself.offset
    return True


class Ledger:
    def __init__(self, group: str):
        self.group = group
        self.counted: set[str] = set()
        self.sums: dict[str, Decimal] = {}
        self.last: dict[str, tuple[Precedence, str]] = {}

    def take(self, message: Message) -> None:
        # A replay may be meant for another consumer, which is called by its group.
        if header(message, "eventflow-replay-for") not in (None, self.group):
            return
        event = event_in(message)
        payload = event.payload
        incoming = precedence_of(message)
        applied = self.last.get(payload.payment_id)
        if applied is None or is_later(incoming, applied[0]):
            self.last[payload.payment_id] = (incoming, event.event_id)
        # What accumulates counts each event once, however often it comes.
        if event.event_id in self.counted:
            return
        self.counted.add(event.event_id)
        amount = Decimal(payload.amount)
        self.sums[payload.currency] = self.sums.get(payload.currency, Decimal(0)) + amount
        print("amount", event.event_id, f"{amount:f}", payload.currency, sep="\t")

    def tell(self) -> None:
        for payment_id, (_, event_id) in sorted(self.last.items()):
            print("last", payment_id, event_id, sep="\t")
        for currency, total in sorted(self.sums.items()):
            print("sum", currency, f"{total:f}", sep="\t")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bootstrap", default="127.0.0.1:9092")
    options.add_argument("--topic", default="events.validated.v1")
    options.add_argument("--group", default="ledger")
    options.add_argument("--until-end", action="store_true", help="end once all that is there was read")
    chosen = options.parse_args()
    consumer = Consumer(
        {
            "bootstrap.servers": chosen.bootstrap,
            "group.id": chosen.group,
            # What a transaction wrote that was aborted never was a fact.
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            # A position is committed behind what was done, not behind what was fetched.
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    ledger = Ledger(chosen.group)
    partitions = set(consumer.list_topics(chosen.topic).topics[chosen.topic].partitions)
    read_to_end: set[int] = set()
    consumer.subscribe([chosen.topic])
    try:
        while not (chosen.until_end and read_to_end == partitions):
            messages = consumer.consume(1000, timeout=0.5)
            for message in messages:
                error = message.error()
                if error is None:
                    ledger.take(message)
                elif error.code() == KafkaError._PARTITION_EOF:
                    read_to_end.add(message.partition())
                else:
                    raise KafkaException(error)
            if any(message.error() is None for message in messages):
                consumer.commit(asynchronous=False)
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()
    ledger.tell()


main()
