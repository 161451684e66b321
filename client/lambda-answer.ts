/** What Lambda answers to an invocation: what the function answered, or why it did not. */
import type { Answered, Failed, HttpAnswer, Outgoing } from './way.ts'

const NO_ANSWER: Failed = {
  code: 'unreachable',
  detail: 'the function ended without an answer: the outcome is unknown',
}

export function answeredByLambda({ status, headers, text }: HttpAnswer, { route }: Outgoing): Answered {
  if (status !== 200) return { status, text: '', otherwise: refusalOf(status, headers, route) }
  // It crashed or ran out of time; what it was doing may have been done.
  if (headers.has('x-amz-function-error')) return { status: undefined, text: '', otherwise: NO_ANSWER }
  return answerOf(text)
}

function answerOf(text: string): Answered {
  const answer = fieldsOf(text)
  const { statusCode, body } = answer
  if (typeof statusCode !== 'number' || typeof body !== 'string') {
    const detail =
      'what answered is no function of the API: is functions the output MerchantFunctions of the stack?'
    return { status: undefined, text: '', otherwise: { code: 'unexpected_answer', detail } }
  }
  const detail = `${statusCode} without a problem: is functions the output MerchantFunctions of the stack?`
  return { status: statusCode, text: body, otherwise: { code: 'unexpected_answer', detail } }
}

/** Of Lambda itself, by the name of its error before its status: it has several for one status, and two for some names. */
function refusalOf(status: number, headers: Headers, route: string): Failed {
  const [error = ''] = /^[A-Za-z]{1,64}/.exec(headers.get('x-amzn-errortype') ?? '') ?? []
  if (status === 429 || error === 'ThrottlingException')
    return { code: 'throttled', detail: 'Lambda has no room for another invocation now' }
  if (error === 'AccessDeniedException') {
    const detail = `these credentials may not lambda:InvokeFunction on the function that serves ${route}`
    return { code: 'forbidden', detail }
  }
  if (status === 401 || status === 403)
    return { code: 'forbidden', detail: `Lambda refuses these credentials (${error || status})` }
  if (status === 404) {
    const detail = `no such function serves ${route}: is functions the output MerchantFunctions of this stack?`
    return { code: 'unexpected_answer', detail }
  }
  // 409: the function is being changed.
  if (status >= 500 || status === 408 || status === 409)
    return { code: 'unreachable', detail: `no answer but ${status} of Lambda: the outcome is unknown` }
  return {
    code: 'unexpected_answer',
    detail: `Lambda refused the call (${error || status}): is endpoint that of Lambda?`,
  }
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
