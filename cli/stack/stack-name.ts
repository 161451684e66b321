/** What `--stack` names: a stack, and where a stack of somebody else's holds payment systems, which of them. */

export interface StackName {
  readonly stack: string
  /** The id of the construct, which its outputs begin with; empty in a stack of this project's own. */
  readonly construct: string
}

/** `wxpay-prod`, or `shop:Pay`. */
export function parseStackName(text: string): StackName {
  const [stack = '', construct = ''] = text.split(':', 2)
  return { stack, construct }
}

/** An output that every payment system has, whoever takes the money. */
const TELLING = 'OrdersTableName'

/** The constructs that the outputs of a stack tell of. */
export function constructsIn(outputs: Iterable<string>): readonly string[] {
  return [...outputs]
    .filter((output) => output.endsWith(TELLING) && output !== TELLING)
    .map((output) => output.slice(0, -TELLING.length))
}

/** The outputs of one construct, by the names that they have in a stack of this project's own. */
export function outputsOfConstruct(
  construct: string,
  outputs: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(
    [...outputs].flatMap(([output, value]) =>
      output.startsWith(construct) ? [[output.slice(construct.length), value] as const] : [],
    ),
  )
}
