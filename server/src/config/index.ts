import { parseConfig } from './schema';

export default {
  /** A copy: Strapi merges the user's options into it. */
  default: () => structuredClone(parseConfig({})),
  /** @throws Error naming the option; Strapi stops the boot with it. */
  validator: (config: unknown): void => {
    parseConfig(config);
  },
};
