/** Adds the tools to Strapi's MCP server, which asks for the permissions of the token. */
import type { Core } from '@strapi/strapi';

import { CoreError } from '../../core/errors';
import { actingAs } from '../../host/actor';
import { runtimeOf } from '../../runtime/runtime';
import type { Ability } from '../controllers/call';
import { actionOf } from '../permissions';
import { agentTools, type AgentTool } from './tools';

type Answer = ReturnType<AgentTool['run']>;

/** Called by `register`: Strapi takes no tools later. */
export function registerAgentTools(strapi: Core.Strapi): void {
  // Strapi before 5.47 has no MCP server.
  const { mcp } = (strapi as Partial<Pick<Core.Strapi, 'ai'>>).ai ?? {};
  if (mcp === undefined) return;
  for (const { name, title, description, permission, input, output, run } of agentTools(strapi)) {
    mcp.registerTool({
      ...{ name, title, description },
      auth: { policies: [{ action: actionOf(permission) }] },
      resolveInputSchema: () => input,
      resolveOutputSchema: () => output,
      createHandler: (_, { userAbility, user }) => {
        const ability = userAbility as unknown as Ability;
        const reader = { may: (one: typeof permission) => ability.can(actionOf(one)) };
        return async ({ args }) =>
          answered(() => asOwner(strapi, Number(user.id), () => run(args, reader)));
      },
    });
  }
}

/** Strapi authenticates the token itself, outside its strategies: the actor is the token's owner. */
async function asOwner(strapi: Core.Strapi, id: number, work: () => Answer): Answer {
  const owner = await runtimeOf(strapi).actors.find({ kind: 'admin', id });
  return actingAs(owner ?? { kind: 'admin', id }, work);
}

async function answered(work: () => Answer) {
  try {
    const structuredContent = await work();
    return { content: [textOf(JSON.stringify(structuredContent))], structuredContent };
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    return { content: [textOf(`${error.code}: ${error.message}`)], isError: true as const };
  }
}

const textOf = (text: string) => ({ type: 'text' as const, text });
