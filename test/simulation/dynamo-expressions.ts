/** The part of DynamoDB's expressions that the stores use: conditions and updates. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb'

export type Item = Record<string, AttributeValue>

export interface Meaning {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined
  readonly ExpressionAttributeValues?: Item | undefined
}

type Test = (item: Item, meaning: Meaning) => boolean

const TOKENS = /attribute_(?:not_)?exists|if_not_exists|<=|[=+(),]|[:#]?\w+/g

/** Expressions are few and always the same. */
const conditions = new Map<string, Test>()

/** Whether a condition holds of an item; of none it is asked as of one without attributes. */
export function conditionHolds(
  expression: string | undefined,
  item: Item | undefined,
  meaning: Meaning,
): boolean {
  if (expression === undefined) return true
  const test = conditions.get(expression) ?? either(tokensOf(expression))
  conditions.set(expression, test)
  return test(item ?? {}, meaning)
}

/** The item after an update. */
export function updated(expression: string, item: Item, meaning: Meaning): Item {
  const next = { ...item }
  const [set = '', remove = ''] = expression.replace(/^SET /, '').split(' REMOVE ')
  for (const assignment of set.split(/, (?=\S+ = )/)) {
    const [name = '', value = ''] = assignment.split(' = ')
    next[named(name, meaning)] = assigned(value, item, meaning)
  }
  for (const name of remove.split(', ')) delete next[named(name, meaning)]
  return next
}

function assigned(text: string, item: Item, meaning: Meaning): AttributeValue {
  const [first = '', operator, second = '', third = ''] = tokensOf(text)
  if (first === 'if_not_exists') return item[named(second, meaning)] ?? operand(third, item, meaning)
  if (operator === undefined) return operand(first, item, meaning)
  const sum = Number(operand(first, item, meaning).N) + Number(operand(second, item, meaning).N)
  return { N: String(sum) }
}

function either(tokens: string[]): Test {
  const tests = [both(tokens)]
  while (tokens[0] === 'OR') {
    tokens.shift()
    tests.push(both(tokens))
  }
  return (item, meaning) => tests.some((test) => test(item, meaning))
}

function both(tokens: string[]): Test {
  const tests = [single(tokens)]
  while (tokens[0] === 'AND') {
    tokens.shift()
    tests.push(single(tokens))
  }
  return (item, meaning) => tests.every((test) => test(item, meaning))
}

function single(tokens: string[]): Test {
  const first = tokens.shift() ?? ''
  if (first === '(') {
    const inner = either(tokens)
    tokens.shift()
    return inner
  }
  if (first.startsWith('attribute_')) {
    const [, name = ''] = tokens.splice(0, 3)
    const wanted = first === 'attribute_exists'
    return (item, meaning) => (item[named(name, meaning)] !== undefined) === wanted
  }
  const [operator = '', second = ''] = tokens.splice(0, 2)
  return (item, meaning) => {
    const [left, right] = [item[named(first, meaning)], operand(second, item, meaning)]
    if (left === undefined) return false
    return operator === '='
      ? left.S === right.S && left.N === right.N
      : Number(left.N ?? Number.NaN) <= Number(right.N)
  }
}

function operand(text: string, item: Item, meaning: Meaning): AttributeValue {
  const value = text.startsWith(':') ? meaning.ExpressionAttributeValues?.[text] : item[named(text, meaning)]
  if (value === undefined) throw new RangeError(`the expression has no ${text}`)
  return value
}

function named(text: string, { ExpressionAttributeNames: names }: Meaning): string {
  return text.startsWith('#') ? (names?.[text] ?? text) : text
}

function tokensOf(expression: string): string[] {
  return (expression.match(TOKENS) ?? []).filter((token) => token !== ',')
}
