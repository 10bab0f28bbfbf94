"""`python -m infra.local.vendors.deepgram --port N`: one process serving listen, speak or both."""

import argparse
from functools import partial
from pathlib import Path

from aiohttp import web

from infra.local.vendors.deepgram.listen import ListenRoute
from infra.local.vendors.deepgram.recognition import instant_recogniser, local_recogniser
from infra.local.vendors.deepgram.speak import SpeakRoute
from infra.local.vendors.deepgram.synthesis import instant_synthesiser, local_synthesiser
from infra.local.vendors.deepgram.transcriber import Tuning
from infra.local.vendors.engines import process
from infra.local.vendors.engines.control import Control
from infra.local.vendors.engines.model_cache import cache_folder


def _arguments() -> argparse.Namespace:
    parser = process.parser("deepgram")
    parser.add_argument("--serve", choices=("listen", "speak", "both"), default="both")
    parser.add_argument("--instant", action="store_true", help="no models: for load tests")
    parser.add_argument("--workers", type=int, default=2, help="threads of each engine")
    parser.add_argument("--model-cache", type=Path, default=cache_folder())
    parser.add_argument("--early-ms", type=int, default=Tuning().early_ms)
    parser.add_argument("--interim-ms", type=int, default=Tuning().interim_ms)
    parser.add_argument("--idle-s", type=float, default=10.0, help="wire silence before NET-0001")
    return parser.parse_args()


def _load(
    options: argparse.Namespace, listen: ListenRoute | None, speak: SpeakRoute | None
) -> None:
    if listen is not None:
        listen.recogniser = (
            instant_recogniser() if options.instant else local_recogniser(workers=options.workers)
        )
    if speak is not None:
        speak.synthesiser = (
            instant_synthesiser()
            if options.instant
            else local_synthesiser(options.model_cache, workers=options.workers)
        )


def main() -> None:
    options = _arguments()
    routes: list[web.RouteDef] = []
    listen = speak = None

    def ready() -> bool:
        listens = listen is None or listen.recogniser is not None
        return listens and (speak is None or speak.synthesiser is not None)

    control = Control(ready=ready)
    if options.serve != "speak":
        tuning = Tuning(early_ms=options.early_ms, interim_ms=options.interim_ms)
        listen = ListenRoute(control=control, tuning=tuning, idle_s=options.idle_s)
        routes.append(web.get("/v1/listen", listen.handle))
    if options.serve != "listen":
        speak = SpeakRoute(control=control)
        routes.append(web.get("/v1/speak", speak.handle))
    app = web.Application()
    app.add_routes([*control.routes(), *routes])
    load = partial(_load, options, listen, speak)
    process.serve(app, name="deepgram", host=options.host, port=options.port, load=load)


if __name__ == "__main__":
    main()
