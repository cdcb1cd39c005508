/** Counts of messages stop here, because counting further is expensive: "10,000 or more". */
export const COUNTED_UP_TO = 10_000;
