/** What is sent, answered and published against the documents in docs/, as a reader's own validator would see it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv'
import type { OpenApi } from '../openapi.ts'

export interface Exchange {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly status: number
  /** Of the answer. */
  readonly contentType: string
  readonly answer: unknown
}

const DOCS = join(import.meta.dirname, '../../docs')
const read = (name: string): string => readFileSync(join(DOCS, name), 'utf8')

const ajv = new Ajv2020({ strict: false, validateFormats: false })
const api: OpenApi = JSON.parse(read('openapi.json'))
ajv.addSchema(api, 'api')
ajv.addSchema(JSON.parse(read('events.schema.json')), 'events')

const compiled = new Map<string, ValidateFunction>()

/** @throws Error with the paths that break the schema, without their values. */
export function expectValid(pointer: string, value: unknown, what = pointer): void {
  let validate = compiled.get(pointer)
  if (validate === undefined) {
    validate = ajv.compile({ $ref: pointer })
    compiled.set(pointer, validate)
  }
  if (validate(value)) return
  const errors = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  throw new Error(`${what} is not what the document says: ${errors.join('; ')}`)
}

export const expectComponent = (name: string, value: unknown): void =>
  expectValid(`api#/components/schemas/${name}`, value)

/** By the schema of its own type, which names what is wrong better than the union does. */
export function expectEvent(event: unknown): void {
  const name = typeOf(event)
    .split('.')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  if (!ajv.getSchema(`events#/$defs/${name}`)) throw new Error('the type of the event is not in the document')
  expectValid(`events#/$defs/${name}`, event, 'the event')
}

function typeOf(event: unknown): string {
  return typeof event === 'object' && event !== null && 'type' in event ? String(event.type) : ''
}

/** The path in the document of a path that was called; undefined for what is no route of merchants. */
export function documentedPath(method: string, path: string): string | undefined {
  const [called = ''] = path.split('?')
  const exact = (template: string) => template.split('/').filter((part) => !part.startsWith('{')).length
  return Object.keys(api.paths)
    .filter((template) => api.paths[template]?.[method.toLowerCase()] !== undefined)
    .filter((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(called))
    .toSorted((one, other) => exact(other) - exact(one))[0]
}

const escape = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

/** What API Gateway says when a function ended without an answer: no word of ours. */
function isOfTheGateway({
  status,
  type,
  answer,
}: {
  status: number
  type: string
  answer: unknown
}): boolean {
  const silent = status === 500 || status === 503
  return silent && type === 'application/json' && Object.keys(Object(answer)).join() === 'message'
}

/** The answer has to be one of those of its route; a request that was taken has to be one that may be sent. */
export function expectDocumented({ method, path, body, status, contentType, answer }: Exchange): void {
  const template = documentedPath(method, path)
  const operation = template === undefined ? undefined : api.paths[template]?.[method.toLowerCase()]
  if (template === undefined || operation === undefined) return
  const place = `api#/paths/${escape(template)}/${method.toLowerCase()}`
  const [type = ''] = contentType.split(';')
  if (isOfTheGateway({ status, type, answer })) return
  if (operation.responses[status]?.content[type] === undefined)
    throw new Error(`${method} ${template} may not answer ${status} with ${type}`)
  const what = `the answer ${status} of ${method} ${template}`
  expectValid(`${place}/responses/${status}/content/${escape(type)}/schema`, answer, what)
  if (status < 300 && operation.requestBody !== undefined)
    expectValid(`${place}/requestBody/content/${escape('application/json')}/schema`, body, 'the request')
}
