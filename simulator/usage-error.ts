/** Command lines that cannot be used: the programs of this project end with 2 for them, as `wxpay` does. */

/** An option's value that cannot be used. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const USAGE_EXIT_CODE = 2

/** Whether the one who typed the command has to change it: a value, or an option that `parseArgs` does not know. */
export function isUsageError(error: unknown): error is Error {
  const unknownOption =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_')
  return error instanceof UsageError || unknownOption
}
