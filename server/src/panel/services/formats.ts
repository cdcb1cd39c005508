/** The formats that an endpoint can have, and what they make of an event. */
import type { Core } from '@strapi/strapi';

import type { FormatList, ShapePreview } from '../contract';
import { parseInput } from '../../api/input';
import { shapePreviewInput } from '../../api/schemas';
import { previewShape } from '../../api/shape-preview';
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
});

export type FormatsService = ReturnType<typeof createFormatsService>;
