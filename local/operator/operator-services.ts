/**
 * What an operator asks AWS beside the services that the functions use: who am I, what did the stack give out, what did a
 * function log, run it now. Everything else is refused by name, so that no command ever goes out to AWS by mistake.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { LocalError } from '#local/local-error.ts'
import type { FunctionLogs } from '#local/lambda/function-logs.ts'
import type { LambdaService } from '#local/lambda/lambda-service.ts'
import type { ScheduledRule } from '#local/schedule/schedules.ts'
import type { TemplateStack } from '#local/template/template-stack.ts'
import { type Listening, listen } from '#simulator/listen.ts'
import { readBody } from '#simulator/read-body.ts'
import { Refusal } from '#local/cloud/refusal.ts'
import type { Credentials } from '#local/cloud/service-endpoints.ts'
import { isSigned } from '#local/cloud/signature-v4.ts'
import { type Answer, refused } from './answers.ts'
import { callerIdentity, describeStacks } from './form-operations.ts'
import { filterLogEvents, listRules } from './json-operations.ts'
import { functionConfiguration, invokeFunction } from './lambda-operations.ts'

export interface OperatorInput {
  readonly template: TemplateStack
  readonly lambda: LambdaService
  readonly logs: FunctionLogs
  readonly rules: readonly ScheduledRule[]
  /** With which invocations have to be signed. @default with none */
  readonly credentials?: Credentials | undefined
}

/** Lambda takes six megabytes. */
const MAX_BODY_BYTES = 6 * 1024 * 1024

/** Serves all of it at one address. */
export function startOperatorServices(input: OperatorInput): Promise<Listening> {
  const server = createServer((request, response) => void respond(request, response, input))
  return listen(server, 0, 'services for operators')
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  input: OperatorInput,
): Promise<void> {
  const asked = request.headers['content-type']?.includes('x-www-form-urlencoded') === true ? 'form' : 'json'
  let answer: Answer
  try {
    const body = await readBody(request, MAX_BODY_BYTES)
    if (body === 'too_large') throw new Refusal('RequestTooLargeException', 'the request is too large', 413)
    answer = await perform(request, body, input)
  } catch (error) {
    answer = refused(refusalOf(error), asked)
  }
  response.writeHead(answer.status, answer.headers).end(answer.body)
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof LocalError) return new Refusal('ResourceNotFoundException', error.message, 404)
  return new Refusal('InternalFailure', 'the local stack failed', 500)
}

const FUNCTION_PATH = /^\/2015-03-31\/functions\/([^/]+)\/(configuration|invocations)$/

async function perform(request: IncomingMessage, bytes: Buffer, input: OperatorInput): Promise<Answer> {
  const body = bytes.toString()
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local')
  const [, name, what] = FUNCTION_PATH.exec(pathname) ?? []
  if (name !== undefined) {
    const reference = decodeURIComponent(name)
    if (what === 'configuration') return functionConfiguration(reference, input)
    checkSigned(request, bytes, input)
    return invokeFunction(reference, { body, headers: request.headers }, input)
  }
  const operation = operationOf(request, new URLSearchParams(body))
  switch (operation) {
    case 'GetCallerIdentity':
      return callerIdentity(input)
    case 'DescribeStacks':
      return describeStacks(new URLSearchParams(body), input)
    case 'Logs_20140328.FilterLogEvents':
      return filterLogEvents(JSON.parse(body), input)
    case 'AWSEvents.ListRules':
      return listRules(JSON.parse(body), input)
    default:
      throw new Refusal(
        'NotOnThisMachine',
        `the local stack has no ${operation ?? `${request.method} ${pathname}${searchParams.size > 0 ? '?…' : ''}`} (${serviceOf(request)})`,
      )
  }
}

/** @throws Refusal of a caller that IAM would not let invoke anything */
function checkSigned(
  { method = '', url = '', headers }: IncomingMessage,
  body: Buffer,
  input: OperatorInput,
) {
  const { credentials, template } = input
  if (credentials === undefined) return
  const [rawPath = '', rawQuery = ''] = url.split('?')
  const plain = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')])
  const asked = { method, rawPath, rawQuery, headers: Object.fromEntries(plain), body }
  const { region } = template.identity
  if (!isSigned(asked, { credentials, region, service: 'lambda', nowMs: Date.now() }))
    throw new Refusal(
      'InvalidSignatureException',
      'the request is not signed with the local credentials',
      403,
    )
}

/** By the form's Action or the header of JSON services. */
function operationOf(request: IncomingMessage, form: URLSearchParams): string | undefined {
  const target = request.headers['x-amz-target']
  return typeof target === 'string' ? target : (form.get('Action') ?? undefined)
}

/** The service that the request is signed for. */
function serviceOf({ headers }: IncomingMessage): string {
  return /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unknown service'
}
