/** Listens to single keys of a terminal, or to the characters of a pipe. */

const CTRL_C = '\u0003';

/**
 * @param {{ end: () => void, [key: string]: () => void }} actions `end`: Ctrl-C, which a terminal in raw mode passes on
 * @returns {{ close: () => void }}
 */
export function onKeys({ end, ...actions }) {
  const { stdin } = process;
  const { isTTY } = stdin;
  const read = (bytes) => {
    for (const key of bytes.toString()) {
      if (key === CTRL_C) end();
      else actions[key]?.();
    }
  };
  if (isTTY) stdin.setRawMode(true);
  stdin.on('data', read);
  stdin.unref?.();
  return {
    close() {
      stdin.off('data', read);
      stdin.pause();
      if (isTTY) stdin.setRawMode(false);
    },
  };
}
