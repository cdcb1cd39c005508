/** The formats that an endpoint can have, and what filters and shapes make of events. */
import type { Core } from '@strapi/strapi';

import type { FormatList, ShapePreview, TrialResult } from '../contract';
import { parseInput } from '../../api/input';
import { shapePreviewInput } from '../../api/schemas';
import { previewShape } from '../../api/shape-preview';
import { tryEndpoint, tryTopic } from '../../api/trial';
import { PRESETS } from '../../core/presets/presets';
import { runtimeOf } from '../../runtime/runtime';

export const createFormatsService = ({ strapi }: { strapi: Core.Strapi }) => ({
  list: (): FormatList => ({
    presets: [...PRESETS.keys()],
    code: runtimeOf(strapi).formats.names(),
  }),

  /** @throws CoreError as saving the shape would. */
  preview: (input: unknown): ShapePreview =>
    previewShape(runtimeOf(strapi), parseInput(shapePreviewInput, input).shape),

  /** @throws CoreError as saving the endpoint would. */
  tryEndpoint: (input: unknown): Promise<TrialResult> => tryEndpoint(runtimeOf(strapi), input),

  /** @throws CoreError as saving the topic would. */
  tryTopic: (input: unknown): Promise<TrialResult> => tryTopic(runtimeOf(strapi), input),
});

export type FormatsService = ReturnType<typeof createFormatsService>;
