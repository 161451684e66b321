/** The forms in which AWS's services answer: JSON, and XML where a request is a form. */
import type { Refusal } from '#local/cloud/refusal.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export function json(body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1', ...headers },
    body: JSON.stringify(body),
  }
}

/** `<ActionResponse><ActionResult>…` of services that are asked by a form. */
export function xml(action: string, namespace: string, result: string): Answer {
  const body = `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result></${action}Response>`
  return { status: 200, headers: { 'content-type': 'text/xml' }, body }
}

export function element(name: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `<${name}>${escaped}</${name}>`
}

/** In the form that the client reads, whichever service it thinks it talks to. */
export function refused({ code, message, status }: Refusal, asked: 'form' | 'json'): Answer {
  if (asked === 'form') {
    const error = `${element('Type', 'Sender')}${element('Code', code)}${element('Message', message)}`
    return {
      status,
      headers: { 'content-type': 'text/xml' },
      body: `<ErrorResponse><Error>${error}</Error></ErrorResponse>`,
    }
  }
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message, Message: message }),
  }
}
