/** Lane of a message: the unit of holding and limiting. */

/** Width of Strapi's string columns. */
const MAX_LANE_LENGTH = 255;

export function laneOf(endpointId: number | null, url: string): string {
  if (endpointId !== null) return `e:${endpointId}`;
  const host = URL.canParse(url) ? new URL(url).host : '';
  return `u:${host}`.slice(0, MAX_LANE_LENGTH);
}
