/** Mutes the capture of changes that the app's own code makes, such as an import (docs/guides/imports.md). */
import type { Core } from '@strapi/strapi';
import { z } from 'zod';

import type { MuteResult } from '../capture';
import { CoreError } from '../core/errors';
import { runtimeOf } from '../runtime/runtime';
import { parseInput } from './input';

export interface MuteOptions {
  /** Sends each interested endpoint one batch of the changes at the end. Default: false. */
  batch?: boolean;
}

const muteOptions = z.strictObject({ batch: z.boolean().optional() });

export const createCaptureService = ({ strapi }: { strapi: Core.Strapi }) => ({
  /**
   * Runs `work`. Changes that it makes until its promise settles cause no messages. Of a callback that throws,
   * what was committed is counted, and sent as a batch, all the same.
   *
   * @throws what `work` throws. CoreError INVALID_VALUE naming the field.
   */
  async mute<T>(work: () => T | Promise<T>, options: MuteOptions = {}): Promise<MuteResult<T>> {
    if (typeof work !== 'function') {
      throw new CoreError('INVALID_VALUE', 'must be a function', 'work');
    }
    return runtimeOf(strapi).mute(work, parseInput(muteOptions, options));
  },
});

export type CaptureService = ReturnType<typeof createCaptureService>;
