/** Arguments that have to be objects: callers of JavaScript pass anything. */

/** @throws TypeError naming the argument, or the name that is none of `names`. */
export function given(value: unknown, name: string, names?: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${name} must be an object`)
  const unknown = names && Object.keys(value).find((key) => !names.includes(key))
  if (unknown !== undefined) throw new TypeError(`${name}.${unknown} is not known: use ${names?.join(', ')}`)
}
