/** What a call of the console's API fails with, and the problem that the page is told. */
import type { ConsoleProblem } from '#console/contract.ts'
import { AppError } from '#shared/errors.ts'
import { problemOf } from '#shared/api/problem.ts'

export class ConsoleError extends Error {
  override readonly name = 'ConsoleError'
  readonly problem: ConsoleProblem

  constructor(problem: Omit<ConsoleProblem, 'type'>) {
    super(problem.title)
    this.problem = { type: `urn:wxpay:problem:${problem.code}`, ...problem }
  }
}

/** A request whose parameters break a rule. */
export function invalid(field: string, rule: string, received: string): ConsoleError {
  return new ConsoleError({
    status: 400,
    code: 'invalid_request',
    title: 'the request is not valid',
    detail: `${field} ${rule}`,
    action: 'correct the named fields and send it again',
    errors: [{ field, rule, received: `string of ${received.length} characters` }],
  })
}

export function notHere(): ConsoleError {
  return new ConsoleError({
    status: 404,
    code: 'not_here',
    title: 'this console has no such route',
    action: 'use a page that it offers',
  })
}

/** @param explain says what is known of failures of others; whatever nobody knows is told without its words. */
export function problemFor(
  error: unknown,
  explain: (error: unknown) => ConsoleError | undefined,
): ConsoleProblem {
  if (error instanceof ConsoleError) return error.problem
  const explained = explain(error)
  if (explained !== undefined) return explained.problem
  const { detail, errors, request_id: _, type, title, status, code, action } = problemOf(error, '')
  return {
    type,
    title,
    status,
    code,
    action: error instanceof AppError ? action : 'look at the terminal in which the console runs',
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  }
}
