"""Composition root of the control plane: settings, services, routes, event sources; no more."""

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, ConvertToMiddleware, Rate, SQSEvent

from chalicelib.http import Api, mount
from chalicelib.jobs import calls as call_jobs
from chalicelib.jobs import documents as document_jobs
from chalicelib.jobs import upkeep
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
