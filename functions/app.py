"""Composition root of the control plane: settings, services, routes, event sources; no more."""

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, ConvertToMiddleware, Rate, SQSEvent

from chalicelib.http import Api, mount
from chalicelib.jobs import analytics as analytics_jobs
from chalicelib.jobs import callbacks as callback_jobs
from chalicelib.jobs import calls as call_jobs
from chalicelib.jobs import documents as document_jobs
from chalicelib.jobs import exports as export_jobs
from chalicelib.jobs import mail as mail_jobs
from chalicelib.jobs import purge as purge_jobs
from chalicelib.jobs import received as received_jobs
from chalicelib.jobs import upkeep
from chalicelib.jobs import webhooks as webhook_jobs
from chalicelib.jobs.queues import consume
from chalicelib.observability import configure, logger, metrics
from chalicelib.routes import GROUPS
from chalicelib.services import Services
from chalicelib.settings import Settings

settings = Settings.read(os.environ)
configure(settings.log_level)
services = Services(settings)

app = Chalice(app_name="voice")
app.register_middleware(ConvertToMiddleware(logger.inject_lambda_context(clear_state=True)))
app.register_middleware(ConvertToMiddleware(metrics.log_metrics(capture_cold_start_metric=True)))
mount(app, Api(GROUPS, services))


@app.on_sqs_message(queue="voice-document-added", batch_size=2, name="document_added")
def document_added(event: SQSEvent) -> Mapping[str, Any]:
    return consume(event.to_dict(), event.context, job=partial(document_jobs.ingest, services))


@app.on_sqs_message(queue="voice-call-ended", batch_size=5, name="call_ended")
def call_ended(event: SQSEvent) -> Mapping[str, Any]:
    return consume(event.to_dict(), event.context, job=partial(call_jobs.finish, services))


@app.on_sqs_message(queue="voice-mail-requested", batch_size=5, name="mail_requested")
def mail_requested(event: SQSEvent) -> Mapping[str, Any]:
    return consume(event.to_dict(), event.context, job=partial(mail_jobs.deliver, services))


@app.on_sqs_message(queue="voice-webhooks", batch_size=4, name="webhooks")
def webhooks(event: SQSEvent) -> Mapping[str, Any]:
    return consume(event.to_dict(), event.context, job=partial(webhook_jobs.work, services))


@app.on_sqs_message(queue="voice-event-received", batch_size=5, name="event_received")
def event_received(event: SQSEvent) -> Mapping[str, Any]:
    return consume(event.to_dict(), event.context, job=partial(received_jobs.work_off, services))


@app.schedule(Rate(1, unit=Rate.MINUTES), name="dispatch_webhooks")
def dispatch_webhooks(_event: CloudWatchEvent) -> None:
    webhook_jobs.dispatch(services)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="sweep_outbox")
def sweep_outbox(_event: CloudWatchEvent) -> None:
    upkeep.sweep_outbox(services)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="reap_calls")
def reap_calls(_event: CloudWatchEvent) -> None:
    upkeep.reap_calls(services)


@app.schedule(Rate(5, unit=Rate.MINUTES), name="catch_up")
def catch_up(_event: CloudWatchEvent) -> None:
    upkeep.catch_up(services)


@app.schedule(Rate(1, unit=Rate.DAYS), name="keep_house")
def keep_house(_event: CloudWatchEvent) -> None:
    upkeep.keep_house(services)


@app.schedule(Rate(1, unit=Rate.HOURS), name="count_days")
def count_days(_event: CloudWatchEvent) -> None:
    analytics_jobs.count_days(services)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="make_callbacks")
def make_callbacks(_event: CloudWatchEvent) -> None:
    callback_jobs.make_callbacks(services)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="make_exports")
def make_exports(_event: CloudWatchEvent) -> None:
    export_jobs.make_exports(services)


@app.schedule(Rate(1, unit=Rate.DAYS), name="purge_tenants")
def purge_tenants(_event: CloudWatchEvent) -> None:
    purge_jobs.purge_tenants(services)
