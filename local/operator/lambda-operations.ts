/** Lambda's own API: what a function is set to, and run it now. */
import type { IncomingHttpHeaders } from 'node:http'
import { Refusal } from '#local/cloud/refusal.ts'
import type { LambdaService } from '#local/lambda/lambda-service.ts'
import { type Answer, json } from './answers.ts'

interface Input {
  readonly lambda: LambdaService
}

/** @throws LocalError of an unknown function */
export function functionConfiguration(reference: string, { lambda }: Input): Answer {
  const definition = lambda.find(unqualified(reference))
  return json({
    FunctionName: definition.name,
    FunctionArn: definition.arn,
    Runtime: 'nodejs24.x',
    Handler: definition.handler,
    Timeout: definition.timeoutSeconds,
    MemorySize: definition.memoryMb,
    Environment: { Variables: definition.environment },
    LoggingConfig: { LogFormat: definition.logFormat, LogGroup: definition.logGroup },
    State: 'Active',
    Version: '$LATEST',
  })
}

/** Waits for the answer, unless it is told not to. @throws LocalError of an unknown function, Refusal of what is no JSON */
export async function invokeFunction(
  reference: string,
  { body, headers }: { readonly body: string; readonly headers: IncomingHttpHeaders },
  { lambda }: Input,
): Promise<Answer> {
  const { name } = lambda.find(unqualified(reference))
  const payload = body === '' ? '{}' : body
  const event = eventOf(payload)
  if (headers['x-amz-invocation-type'] === 'Event') {
    void lambda.invokeAsync(name, event)
    return { ...json({}), status: 202, body: '' }
  }
  const result = await lambda.invokeWith(name, payload)
  if (result.ok) return { ...json({}, { 'x-amz-executed-version': '$LATEST' }), body: result.payload }
  return json(result.error, { 'x-amz-function-error': 'Unhandled', 'x-amz-executed-version': '$LATEST' })
}

function eventOf(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    throw new Refusal('InvalidRequestContentException', 'Could not parse request body into json')
  }
}

/** There is one version of a function on this machine, whatever an alias says. */
function unqualified(reference: string): string {
  return reference.startsWith('arn:') ? reference : (reference.split(':')[0] ?? reference)
}
