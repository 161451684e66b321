/** Calls of the console's server. Whatever goes wrong is told as a problem, also when no server is there. */
import type { ConsoleProblem } from '#console/contract.ts'

class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly problem: ConsoleProblem

  constructor(problem: ConsoleProblem) {
    super(problem.title)
    this.problem = problem
  }
}

export async function get<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return call(path, signal === undefined ? {} : { signal })
}

export async function send<Answer>(
  method: 'POST' | 'DELETE',
  path: string,
  body: object = {},
): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  return call(path, { method, headers, body: JSON.stringify(body) })
}

/** What a failure is to the page, whatever was thrown. */
export function problemOf(error: unknown): ConsoleProblem {
  if (error instanceof ApiProblem) return error.problem
  const title = error instanceof Error ? error.message : String(error)
  return { type: 'about:blank', title, status: 0, code: 'offline', action: '' }
}

/** @param path below `api/`, without a slash before it, so that the page may stand below any address. */
async function call<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(new URL(`api/${path}`, document.baseURI), init)
  if (!response.ok) throw new ApiProblem(await readProblem(response))
  const answer: Answer = await response.json()
  return answer
}

async function readProblem(response: Response): Promise<ConsoleProblem> {
  const { status } = response
  const unreadable = {
    type: 'about:blank',
    title: `HTTP ${status}`,
    status,
    code: `http_${status}`,
    action: '',
  }
  if (!(response.headers.get('content-type') ?? '').startsWith('application/problem+json')) return unreadable
  const problem: ConsoleProblem = await response.json()
  return problem
}
