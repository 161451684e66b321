/** Every file that is made of the schemas. */
import { ANSWER_SCHEMAS } from './answers.ts'
import { asyncApi, eventSchemas } from './event-documents.ts'
import { EVENT_DEFINITIONS, EVENT_SCHEMAS, eventName } from './events.ts'
import { openApi } from './openapi.ts'
import { REQUEST_SCHEMAS } from './requests.ts'
import { definitionsOf } from './to-json-schema.ts'
import { declarationsOf } from './typescript.ts'

const MADE = '/** Made by `npm run contract`; a test says when it is not what the schemas say. */\n'

/** Texts by the path from the root, not yet formatted. */
export function documents(version: string): Readonly<Record<string, string>> {
  const refs = '#/'
  const union = Object.keys(EVENT_SCHEMAS).map(eventName).join(' | ')
  return {
    'docs/openapi.json': jsonText(openApi(version)),
    'docs/asyncapi.json': jsonText(asyncApi(version)),
    'docs/events.schema.json': jsonText(eventSchemas()),
    'client/contract/requests.ts':
      MADE + declarationsOf(definitionsOf(REQUEST_SCHEMAS, { refs, mode: 'input' })),
    'client/contract/answers.ts':
      MADE + declarationsOf(definitionsOf(ANSWER_SCHEMAS, { refs, mode: 'output' })),
    'client/contract/events.ts': `${MADE}${declarationsOf(
      definitionsOf(EVENT_DEFINITIONS, { refs, mode: 'output' }),
    )}\nexport type WechatPayEvent = ${union}\n`,
  }
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
