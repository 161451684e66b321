/** What every answer of the console carries, whatever it answers. */
import type { ServerResponse } from 'node:http'
import type { ConsoleProblem } from '#console/contract.ts'

/** Nothing but the page's own files, no script or style within a document, no frame around it, nothing sent elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const EVERY = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
} as const

/** Set before anything is answered, so that no answer goes without. */
export function setHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(EVERY)) response.setHeader(name, value)
}

export function sendJson(response: ServerResponse, value: unknown): void {
  send(response, { status: 200, type: 'application/json', body: JSON.stringify(value) })
}

export function sendProblem(response: ServerResponse, problem: ConsoleProblem): void {
  const body = JSON.stringify(problem)
  send(response, { status: problem.status, type: 'application/problem+json', body })
}

export function sendFile(response: ServerResponse, type: string, body: Uint8Array): void {
  send(response, { status: 200, type, body })
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body)
}
