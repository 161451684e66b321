/** CloudFormation's intrinsic functions, evaluated as the service does, for the ones that a synthesized stack uses. */
import { LocalError } from '#local/local-error.ts'
import { isObject, type Template } from './template-shape.ts'

/** What `Ref` and `Fn::GetAtt` stand for, and what a condition says. */
export interface Scope {
  ref(name: string, at: string): unknown
  attribute(logicalId: string, name: string, at: string): unknown
  condition(name: string, at: string): boolean
  readonly mappings: Template['Mappings']
}

/** `AWS::NoValue`: the property is as if it were not written. */
export const NO_VALUE = Symbol('AWS::NoValue')

/**
 * Evaluates every intrinsic in a value of the template.
 *
 * @param at where the value stands, for error messages.
 * @throws LocalError naming the place and the intrinsic that is unknown or misused.
 */
export function evaluate(value: unknown, scope: Scope, at: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item, i) => evaluate(item, scope, `${at}[${i}]`)).filter((item) => item !== NO_VALUE)
  }
  if (!isObject(value)) return value
  const entries = Object.entries(value)
  const [first] = entries
  if (first !== undefined && entries.length === 1 && isIntrinsic(first[0])) {
    return call(first[0], first[1], scope, `${at}.${first[0]}`)
  }
  return Object.fromEntries(
    entries
      .map(([key, item]): [string, unknown] => [key, evaluate(item, scope, `${at}.${key}`)])
      .filter(([, item]) => item !== NO_VALUE),
  )
}

/** Evaluates a condition of the template or the expression within `Fn::And`, `Fn::Or` and `Fn::Not`. */
export function evaluateCondition(value: unknown, scope: Scope, at: string): boolean {
  const [name, argument] = isObject(value) ? (Object.entries(value)[0] ?? []) : []
  switch (name) {
    case 'Condition':
      return scope.condition(text(argument, at), at)
    case 'Fn::Equals': {
      const [left, right] = list(argument, at).map((item) => evaluate(item, scope, at))
      return left === right
    }
    case 'Fn::And':
      return list(argument, at).every((item) => evaluateCondition(item, scope, at))
    case 'Fn::Or':
      return list(argument, at).some((item) => evaluateCondition(item, scope, at))
    case 'Fn::Not':
      return !list(argument, at).some((item) => evaluateCondition(item, scope, at))
    default:
      throw new LocalError(`${at}: ${name ?? 'this'} is not a condition the local stack can evaluate`)
  }
}

function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::')
}

function call(name: string, argument: unknown, scope: Scope, at: string): unknown {
  switch (name) {
    case 'Ref':
      return scope.ref(text(argument, at), at)
    case 'Fn::GetAtt':
      return getAttribute(argument, scope, at)
    case 'Fn::Join': {
      const [separator, items] = list(argument, at)
      return list(evaluate(items, scope, at), at)
        .map((item) => text(item, at))
        .join(text(separator, at))
    }
    case 'Fn::Sub':
      return substitute(argument, scope, at)
    case 'Fn::Select': {
      const [index, items] = list(evaluate(argument, scope, at), at)
      const selected: unknown = list(items, at)[Number(index)]
      if (selected === undefined) throw new LocalError(`${at}: there is no item ${String(index)}`)
      return selected
    }
    case 'Fn::Split': {
      const [separator, source] = list(evaluate(argument, scope, at), at)
      return text(source, at).split(text(separator, at))
    }
    case 'Fn::FindInMap': {
      const [map, top, second] = list(evaluate(argument, scope, at), at).map((item) => text(item, at))
      const found = scope.mappings[map ?? '']?.[top ?? '']?.[second ?? '']
      if (found === undefined) throw new LocalError(`${at}: no value for ${map}.${top}.${second}`)
      return found
    }
    case 'Fn::If': {
      const [condition, yes, no] = list(argument, at)
      return evaluate(scope.condition(text(condition, at), at) ? yes : no, scope, at)
    }
    default:
      throw new LocalError(`${at}: the local stack does not know the intrinsic function ${name}`)
  }
}

function getAttribute(argument: unknown, scope: Scope, at: string): unknown {
  const parts =
    typeof argument === 'string' ? argument.split('.') : list(argument, at).map((item) => text(item, at))
  const [logicalId = '', ...name] = parts
  return scope.attribute(logicalId, name.join('.'), at)
}

/** `${Name}`, `${Resource.Attribute}`, names of the local map, and `${!literal}`. */
function substitute(argument: unknown, scope: Scope, at: string): string {
  const [source, names] = typeof argument === 'string' ? [argument, {}] : list(argument, at)
  const local = isObject(names) ? names : {}
  return text(source, at).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`
    const own = local[name]
    if (own !== undefined) return text(evaluate(own, scope, at), at)
    return text(name.includes('.') ? getAttribute(name, scope, at) : scope.ref(name, at), at)
  })
}

function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new LocalError(`${at}: expected a list`)
  return value
}

function text(value: unknown, at: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new LocalError(`${at}: expected a string`)
}
