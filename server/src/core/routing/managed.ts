/** Topics, endpoints and schedules that the project's settings file describes. */
import { CoreError } from '../errors';

/** The file, as Strapi names those of its config folder. */
export const SETTINGS_FILE = 'config/webhooks';

/** @param what `the endpoint "search"` */
export const managedError = (what: string, file: string): CoreError =>
  new CoreError('MANAGED', `${what} is managed by ${file}: change it there`);
