/** Counts of messages stop here, because counting further is expensive: "10,000 or more". */
export const COUNTED_UP_TO = 10_000;

/** The endpoint id that stands for "no endpoint" in a filter: a message to a bare URL. */
export const NO_ENDPOINT = 0;

/** Statuses that an endpoint may name as final: each is a failure, and none is informational. */
export const FINAL_STATUSES = { min: 300, max: 599, count: 50 } as const;

/** Withheld events that are kept of each topic and endpoint. */
export const LATEST_WITHHELD = 10;
