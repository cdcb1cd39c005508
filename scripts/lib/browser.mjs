/** Where a Chromium may be found. None is downloaded: the tests use the one the machine has. */
import { existsSync } from 'node:fs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** @returns a path, or undefined. `CHROMIUM_PATH` is taken at its word. */
export function findChromium() {
  return process.env.CHROMIUM_PATH || USUAL_PLACES.find((place) => existsSync(place));
}
