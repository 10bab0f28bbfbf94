"""Money: plans and prices as the platform sets them, subscriptions and invoices as they stand."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Request, Response

from aiconnected.auth.permissions import Permission
from aiconnected.billing.models import (
    BILLING_EVENTS,
    INVOICES,
    PLANS,
    RATES,
    SUBSCRIPTIONS,
    BookedRate,
    Invoice,
    NewPlan,
    NewRate,
    Plan,
)
from chalicelib.routing import Routes, asked, expected, list_query, tag
from chalicelib.schemas.billing import (
    BillingEventShown,
    InvoiceShown,
    PlanChanged,
    PlanGiven,
    PlanShown,
    RateGiven,
    RateShown,
    SubscriptionShown,
)
from chalicelib.schemas.envelopes import Answer, Listing, MoneyShown, page_meta

routes = Routes("billing")
_PLANS = "/api/v1/plans"
_PLAN = _PLANS + "/{plan_id}"
_RATES = "/api/v1/rates"
_RATE = _RATES + "/{rate_id}"
_SUBSCRIPTIONS = "/api/v1/subscriptions"
_INVOICES = "/api/v1/invoices"
_EVENTS = "/api/v1/billing-events"


@routes.get(_PLANS, access=Permission.BILLING_VIEW, summary="List plans", lists=PLANS)
def list_plans(request: Request) -> Listing[PlanShown]:
    services, principal = asked(request)
    wanted = list_query(request, PLANS)
    with services.database.work(principal.scope(reason="list plans")) as work:
        page = services.plans.page(work, wanted)
    return Listing(data=[_plan(plan) for plan in page.items], meta=page_meta(page, wanted))


@routes.post(_PLANS, access=Permission.PRICING_MANAGE, summary="Make a plan", status=201)
def add_plan(body: PlanGiven, request: Request) -> Answer[PlanShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="make plan")) as work:
        plan = services.plans.add(work, NewPlan(**body.model_dump()))
    tag(request, plan)
    return Answer(data=_plan(plan))


@routes.get(_PLAN, access=Permission.BILLING_VIEW, summary="Get a plan")
def get_plan(plan_id: UUID, request: Request) -> Answer[PlanShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show plan")) as work:
        plan = services.plans.get(work, plan_id)
    tag(request, plan)
    return Answer(data=_plan(plan))


@routes.patch(_PLAN, access=Permission.PRICING_MANAGE, summary="Change a plan")
def change_plan(plan_id: UUID, body: PlanChanged, request: Request) -> Answer[PlanShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="change plan")) as work:
        plan = services.plans.change(
            work, plan_id, changes=body.changes(), expected=expected(request)
        )
    tag(request, plan)
    return Answer(data=_plan(plan))


@routes.delete(_PLAN, access=Permission.PRICING_MANAGE, summary="Delete a plan nobody has")
def delete_plan(plan_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete plan")) as work:
        services.plans.delete(work, plan_id, expected=expected(request))
    return Response(status_code=204)


@routes.get(_RATES, access=Permission.BILLING_VIEW, summary="List prices", lists=RATES)
def list_rates(request: Request) -> Listing[RateShown]:
    services, principal = asked(request)
    wanted = list_query(request, RATES)
    with services.database.work(principal.scope(reason="list rates")) as work:
        page = services.plans.rates(work, wanted)
    return Listing(data=[_rate(rate) for rate in page.items], meta=page_meta(page, wanted))


@routes.post(_RATES, access=Permission.PRICING_MANAGE, summary="Add a rate", status=201)
def add_rate(body: RateGiven, request: Request) -> Answer[RateShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="add rate")) as work:
        if body.agency_id is not None:
            services.agencies.get(work, body.agency_id)
        rate = services.plans.add_rate(work, NewRate(**body.model_dump()))
    return Answer(data=_rate(rate))


@routes.get(_RATE, access=Permission.BILLING_VIEW, summary="Get a rate")
def get_rate(rate_id: UUID, request: Request) -> Answer[RateShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show rate")) as work:
        rate = services.plans.rate(work, rate_id)
    return Answer(data=_rate(rate))


@routes.delete(
    _RATE, access=Permission.PRICING_MANAGE, summary="Take back a rate that is not in force yet"
)
def delete_rate(rate_id: UUID, request: Request) -> Response[None]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="delete rate")) as work:
        services.plans.delete_rate(work, rate_id)
    return Response(status_code=204)


@routes.get(
    _SUBSCRIPTIONS,
    access=Permission.BILLING_VIEW,
    summary="List subscriptions",
    lists=SUBSCRIPTIONS,
)
def list_subscriptions(request: Request) -> Listing[SubscriptionShown]:
    services, principal = asked(request)
    wanted = list_query(request, SUBSCRIPTIONS)
    with services.database.work(principal.scope(reason="list subscriptions")) as work:
        page = services.accounts.subscriptions(work, wanted)
    return Listing(
        data=[SubscriptionShown.model_validate(one) for one in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(
    _SUBSCRIPTIONS + "/{subscription_id}",
    access=Permission.BILLING_VIEW,
    summary="Get a subscription",
)
def get_subscription(subscription_id: UUID, request: Request) -> Answer[SubscriptionShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show subscription")) as work:
        subscription = services.accounts.subscription(work, subscription_id)
    return Answer(data=SubscriptionShown.model_validate(subscription))


@routes.get(_INVOICES, access=Permission.BILLING_VIEW, summary="List invoices", lists=INVOICES)
def list_invoices(request: Request) -> Listing[InvoiceShown]:
    services, principal = asked(request)
    wanted = list_query(request, INVOICES)
    with services.database.work(principal.scope(reason="list invoices")) as work:
        page = services.accounts.invoices(work, wanted)
    return Listing(data=[_invoice(one) for one in page.items], meta=page_meta(page, wanted))


@routes.get(_INVOICES + "/{invoice_id}", access=Permission.BILLING_VIEW, summary="Get an invoice")
def get_invoice(invoice_id: UUID, request: Request) -> Answer[InvoiceShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show invoice")) as work:
        invoice = services.accounts.invoice(work, invoice_id)
    return Answer(data=_invoice(invoice))


@routes.get(
    _EVENTS,
    access=Permission.BILLING_VIEW,
    summary="List what the payment provider said",
    lists=BILLING_EVENTS,
)
def list_billing_events(request: Request) -> Listing[BillingEventShown]:
    services, principal = asked(request)
    wanted = list_query(request, BILLING_EVENTS)
    with services.database.work(principal.scope(reason="list billing events")) as work:
        page = services.accounts.events(work, wanted)
    return Listing(
        data=[BillingEventShown.model_validate(one) for one in page.items],
        meta=page_meta(page, wanted),
    )


@routes.get(
    _EVENTS + "/{billing_event_id}", access=Permission.BILLING_VIEW, summary="Get a billing event"
)
def get_billing_event(billing_event_id: UUID, request: Request) -> Answer[BillingEventShown]:
    services, principal = asked(request)
    with services.database.work(principal.scope(reason="show billing event")) as work:
        event = services.accounts.event(work, billing_event_id)
    return Answer(data=BillingEventShown.model_validate(event))


def _plan(plan: Plan) -> PlanShown:
    return PlanShown(
        id=plan.id,
        code=plan.code,
        name=plan.name,
        description=plan.description,
        monthly_fee=MoneyShown(micros=plan.monthly_fee_micros, currency=plan.currency),
        included_minutes=plan.included_minutes,
        overage=MoneyShown(micros=plan.overage_micros, currency=plan.currency),
        max_tenants=plan.max_tenants,
        max_concurrent_calls=plan.max_concurrent_calls,
        features=plan.features,
        stripe_price_id=plan.stripe_price_id,
        is_public=plan.is_public,
        created_at=plan.created_at,
        updated_at=plan.updated_at,
    )


def _rate(rate: BookedRate) -> RateShown:
    return RateShown(
        id=rate.id,
        agency_id=rate.agency_id,
        kind=rate.kind,
        component=rate.component,
        provider=rate.provider,
        model=rate.model,
        unit=rate.unit,
        amount=MoneyShown(micros=rate.micros, currency=rate.currency),
        per=float(rate.per),
        valid_from=rate.valid_from,
        source=rate.source,
        created_at=rate.created_at,
    )


def _invoice(invoice: Invoice) -> InvoiceShown:
    def money(micros: int) -> MoneyShown:
        return MoneyShown(micros=micros, currency=invoice.currency)

    return InvoiceShown.model_validate(
        {
            "id": invoice.id,
            "agency_id": invoice.agency_id,
            "tenant_id": invoice.tenant_id,
            "number": invoice.number,
            "status": invoice.status,
            "period_starts_at": invoice.period_starts_at,
            "period_ends_at": invoice.period_ends_at,
            "subtotal": money(invoice.subtotal_micros),
            "tax": money(invoice.tax_micros),
            "total": money(invoice.total_micros),
            "lines": invoice.lines,
            "issued_at": invoice.issued_at,
            "due_at": invoice.due_at,
            "paid_at": invoice.paid_at,
            "created_at": invoice.created_at,
            "updated_at": invoice.updated_at,
        }
    )
