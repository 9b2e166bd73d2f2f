"""The measures of Halvern Group that have a story; all of them came through the gates."""

from config.demo import requests
from config.demo import stories_of_change as change
from config.demo import stories_of_value as value

STORIES = (
    value.STEEL,
    value.FREIGHT,
    value.COMPRESSORS,
    value.TRAVEL,
    value.PORTAL,
    change.PACKAGING_SPECIFICATION,
    change.PACKAGING_BUNDLING,
    change.HARNESS,
    change.ERP,
    change.OSTRAVA,
    change.SOLAR,
    change.TERMS,
    change.SPARE_PARTS,
    change.CYBER,
    *(asking.script for asking in requests.ASKING),
)
