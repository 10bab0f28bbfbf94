"""The documents of the practice that the rows call: short facts, for short answers."""

from infra.local.cli.documents import Draft

_FACTS = """\
# About the practice

## Insurance

We do not accept Medicaid. We accept MetLife insurance.

## Parking and the way here

Parking is free for 90 minutes. The nearest subway station is Marlow Street.

## Languages

We speak English and Spanish.

## New patients

We are taking new patients.

## Cleanings

A cleaning takes 45 minutes. A cleaning costs $129.

## Cancellations

The cancellation fee is $50.

## Whitening

Teeth whitening costs $420 and takes seventy five minutes in the practice, and the result lasts for about two years when you do not smoke and drink little coffee.
"""

PRACTICE = (Draft(title="About the practice", content=_FACTS, content_type="text/markdown"),)
