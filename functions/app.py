"""Composition root of the control plane: settings, services, routes, event sources; no more.

What one function alone needs is imported in it, and a noun's routes with the first request for one
of them: a cold start pays for what it uses.
"""

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, ConvertToMiddleware, Rate, SQSEvent

from chalicelib.http import Api, mount
from chalicelib.index import read
from chalicelib.observability import configure, logger, metrics
from chalicelib.services import Services
from chalicelib.settings import Settings

settings = Settings.read(os.environ)
configure(settings.log_level)
services = Services(settings)

app = Chalice(app_name="voice")
app.register_middleware(ConvertToMiddleware(logger.inject_lambda_context(clear_state=True)))
app.register_middleware(ConvertToMiddleware(metrics.log_metrics(capture_cold_start_metric=True)))
mount(app, Api(read(), services))


@app.on_sqs_message(queue="voice-document-added", batch_size=2, name="document_added")
def document_added(event: SQSEvent) -> Mapping[str, Any]:
    from chalicelib.jobs.documents import ingest
    from chalicelib.jobs.queues import consume

    return consume(event.to_dict(), event.context, job=partial(ingest, services))


@app.on_sqs_message(queue="voice-call-ended", batch_size=5, name="call_ended")
def call_ended(event: SQSEvent) -> Mapping[str, Any]:
    from chalicelib.jobs.calls import finish
    from chalicelib.jobs.queues import consume

    return consume(event.to_dict(), event.context, job=partial(finish, services))


@app.on_sqs_message(queue="voice-mail-requested", batch_size=5, name="mail_requested")
def mail_requested(event: SQSEvent) -> Mapping[str, Any]:
    from chalicelib.jobs.mail import deliver
    from chalicelib.jobs.queues import consume

    return consume(event.to_dict(), event.context, job=partial(deliver, services))


@app.on_sqs_message(queue="voice-webhooks", batch_size=4, name="webhooks")
def webhooks(event: SQSEvent) -> Mapping[str, Any]:
    from chalicelib.jobs.queues import consume
    from chalicelib.jobs.webhooks import work

    return consume(event.to_dict(), event.context, job=partial(work, services))


@app.on_sqs_message(queue="voice-event-received", batch_size=5, name="event_received")
def event_received(event: SQSEvent) -> Mapping[str, Any]:
    from chalicelib.jobs.queues import consume
    from chalicelib.jobs.received import work_off

    return consume(event.to_dict(), event.context, job=partial(work_off, services))


@app.schedule(Rate(1, unit=Rate.MINUTES), name="dispatch_webhooks")
def dispatch_webhooks(_event: CloudWatchEvent) -> None:
    from chalicelib.jobs.webhooks import dispatch

    dispatch(services)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="sweep_outbox")
def sweep_outbox(_event: CloudWatchEvent) -> None:
    from chalicelib.jobs.upkeep import sweep_outbox

    sweep_outbox(services)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="reap_calls")
def reap_calls(_event: CloudWatchEvent) -> None:
    from chalicelib.jobs.upkeep import reap_calls

    reap_calls(services)


@app.schedule(Rate(5, unit=Rate.MINUTES), name="catch_up")
def catch_up(_event: CloudWatchEvent) -> None:
    from chalicelib.jobs.upkeep import catch_up

    catch_up(services)


@app.schedule(Rate(1, unit=Rate.DAYS), name="keep_house")
def keep_house(_event: CloudWatchEvent) -> None:
    from chalicelib.jobs.upkeep import keep_house

    keep_house(services)


@app.schedule(Rate(1, unit=Rate.HOURS), name="count_days")
def count_days(_event: CloudWatchEvent) -> None:
    from chalicelib.jobs.analytics import count_days

    count_days(services)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="make_callbacks")
def make_callbacks(_event: CloudWatchEvent) -> None:
    from chalicelib.jobs.callbacks import make_callbacks

    make_callbacks(services)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="make_exports")
def make_exports(_event: CloudWatchEvent) -> None:
    from chalicelib.jobs.exports import make_exports

    make_exports(services)


@app.schedule(Rate(1, unit=Rate.DAYS), name="purge_tenants")
def purge_tenants(_event: CloudWatchEvent) -> None:
    from chalicelib.jobs.purge import purge_tenants

    purge_tenants(services)
