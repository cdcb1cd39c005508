/** Cron expressions in words, in each language of the panel. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

import { cronWords } from '../../admin/src/pages/schedules/cronWords';

const LANGUAGES = readdirSync(path.join(__dirname, '../../admin/src/translations')).map((file) =>
  path.basename(file, '.json')
);
const MONDAYS = '30 17 * * 1';

it('describes an expression', async () => {
  expect(await cronWords(MONDAYS, 'en')).toBe('At 17:30, only on Monday');
  expect(await cronWords('*/15 * * * *', 'en')).toBe('Every 15 minutes');
});

it('describes it differently in every language of the panel', async () => {
  const words = await Promise.all(LANGUAGES.map((language) => cronWords(MONDAYS, language)));
  expect(new Set(words).size).toBe(LANGUAGES.length);
});

it('describes it in English where the language is unknown', async () => {
  expect(await cronWords(MONDAYS, 'nl-BE')).toBe(await cronWords(MONDAYS, 'en'));
});

it('describes only cron expressions', async () => {
  expect(await cronWords('0 9 * *', 'en')).toBeNull();
});
