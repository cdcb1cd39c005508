/**
 * GitLab: a pipeline, at `https://gitlab.com/api/v4/projects/ID/trigger/pipeline?token=TOKEN`, or with the
 * branch in the path, `…/projects/ID/ref/BRANCH/trigger/pipeline?token=TOKEN`.
 *
 * Source: https://docs.gitlab.com/api/pipeline_triggers/#trigger-a-pipeline-with-a-token. The token is in
 * the URL, whose query the log masks.
 */
import type { Format } from '../shape/format';

export const REF = 255;

/** @param ref branch or tag. Absent: that of the URL. */
export const gitlab =
  ({ ref }: { ref?: string }): Format =>
  ({ type, timestamp, uid, documentId, locale }) => ({
    method: 'POST',
    body: {
      ...(ref !== undefined && { ref }),
      variables: {
        STRAPI_EVENT: type,
        STRAPI_TIMESTAMP: timestamp,
        ...(uid !== null && { STRAPI_UID: uid }),
        ...(documentId !== null && { STRAPI_DOCUMENT_ID: documentId }),
        ...(locale !== null && { STRAPI_LOCALE: locale }),
      },
    },
  });
