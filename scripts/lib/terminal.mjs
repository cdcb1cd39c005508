/** Words for a person at a terminal: colours when there is one, plain lines when there is not. */
const colourful =
  process.env.FORCE_COLOR !== undefined
    ? process.env.FORCE_COLOR !== '0'
    : Boolean(process.stdout.isTTY) && process.env.NO_COLOR === undefined;

const paint = (code) => (text) => (colourful ? `\u001b[${code}m${text}\u001b[0m` : String(text));

export const bold = paint('1');
export const dim = paint('2');
export const red = paint('31');
export const green = paint('32');
export const yellow = paint('33');
export const blue = paint('34');
export const cyan = paint('36');

export function say(text = '') {
  process.stdout.write(`${text}\n`);
}

/** `85 s`, `2 min 5 s`. */
export function seconds(durationMs) {
  const whole = Math.round(durationMs / 1_000);
  return whole < 90 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
