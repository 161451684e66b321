/** The events as JSON Schema, and the topic as AsyncAPI 3. */
import { EVENT_DEFINITIONS, EVENT_SCHEMAS, eventName } from './events.ts'
import { definitionsOf } from './to-json-schema.ts'

const TYPES = Object.keys(EVENT_SCHEMAS)

/** Validates any event; each type for itself stands in `$defs`. */
export function eventSchemas() {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Events of wechatpay-lambda',
    oneOf: TYPES.map((type) => ({ $ref: `#/$defs/${eventName(type)}` })),
    $defs: definitionsOf(EVENT_DEFINITIONS, { refs: '#/$defs/', mode: 'output' }),
  }
}

export function asyncApi(version: string) {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'wechatpay-lambda',
      version,
      description: 'Payments, refunds and holds as CloudEvents 1.0: at least once, in any order.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      events: {
        // The name of the topic is an output of the stack.
        address: null,
        description: 'An SNS topic: the output EventTopicArn',
        messages: byType((name) => ({ $ref: `#/components/messages/${name}` })),
      },
    },
    operations: {
      publish: { action: 'send', channel: { $ref: '#/channels/events' } },
    },
    components: {
      messages: byType((name, type) => ({
        name: type,
        contentType: 'application/cloudevents+json',
        payload: { $ref: `#/components/schemas/${name}` },
      })),
      schemas: definitionsOf(EVENT_DEFINITIONS, { refs: '#/components/schemas/', mode: 'output' }),
    },
  }
}

function byType<Made>(make: (name: string, type: string) => Made): Readonly<Record<string, Made>> {
  return Object.fromEntries(TYPES.map((type) => [eventName(type), make(eventName(type), type)]))
}
