"""What is measured without a stack: control-plane requests, the media leg."""

from tests.bench import control_plane, media
from tests.bench.listing import measure as listing
from tests.bench.plan import Plan
from tests.bench.rows import Report


async def request(report: Report, plan: Plan) -> None:
    """A request through the whole Lambda handler, less what a bare loop takes."""
    cost = await control_plane.measure(plan.requests)
    report.judge("control_plane.request.p50", cost.ours, samples=cost.samples)
    report.tell(
        "control_plane.bare.p50",
        cost.bare,
        unit="µs",
        title="the same loop with an empty handler, p50",
        samples=cost.samples,
    )


async def calls_list(report: Report, plan: Plan) -> None:
    """A list of fifty calls through the whole Lambda handler, beside FastAPI over SQLAlchemy."""
    cost = await listing.measure(plan.lists)
    report.judge("control_plane.calls_list.ratio", cost.ratio, samples=cost.samples)
    for name, value in (("ours", cost.ours), ("baseline", cost.baseline)):
        report.tell(
            f"control_plane.calls_list.{name}.p50",
            value,
            unit="µs",
            title=f"the list of fifty calls, {name}, p50",
            samples=cost.samples,
        )
    report.tell(
        "control_plane.calls_list.cpu_ratio",
        cost.cpu_ratio,
        unit="×",
        title="the same, of CPU time on this side of the database",
        samples=cost.samples,
    )


async def leg(report: Report, plan: Plan) -> None:
    """An echo through the Twilio leg, less a bare socket's."""
    added = await media.measure(plan.frames)
    report.judge("media_leg.in.p50", added.inward, samples=added.samples)
    report.judge("media_leg.out.p50", added.outward, samples=added.samples)
