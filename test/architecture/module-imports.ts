/** What one file imports, read from its syntax tree, so that no way of writing an import is missed and no comment is taken for one. */
import { parseAst } from 'vitest/node'
import { PROVIDERS } from '#shared/providers.ts'
import type { Provider } from '#shared/providers.ts'

export interface ModuleImports {
  /** As written: `#shared/money.ts`, `./hold.ts`, `valibot`, `node:fs`. */
  readonly specifiers: readonly string[]
  /** Imports of a path that is computed, which nobody can follow. */
  readonly computed: number
  /** Members written out as text in a call of `picklist`. */
  readonly listedMembers: readonly string[]
  /** Texts that begin as the account of a channel does. */
  readonly accounts: readonly string[]
  /** Channels that it names anywhere, comments included. */
  readonly channels: readonly Provider[]
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string }

export function readImports(path: string, source: string): ModuleImports {
  const specifiers: string[] = []
  const listedMembers: string[] = []
  const accounts: string[] = []
  let computed = 0
  for (const node of nodesOf(parseAst(source, { lang: languageOf(path) }, path))) {
    for (const named of importedBy(node)) {
      const text = textOf(named)
      if (text === undefined) computed += 1
      else specifiers.push(text)
    }
    listedMembers.push(...membersOf(node))
    accounts.push(...accountIn(node))
  }
  const text = source.toLowerCase()
  const channels = PROVIDERS.filter((name) => text.includes(name))
  return { specifiers: [...new Set(specifiers)], computed, listedMembers, accounts, channels }
}

function languageOf(path: string): 'ts' | 'tsx' | 'js' {
  if (path.endsWith('.tsx')) return 'tsx'
  return path.endsWith('.ts') ? 'ts' : 'js'
}

/** The expression that names what a node imports: of types and values, static and dynamic, ES and CommonJS. */
function importedBy(node: Node): readonly Node[] {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return isNode(node['source']) ? [node['source']] : []
    case 'TSExternalModuleReference':
      return isNode(node['expression']) ? [node['expression']] : []
    case 'CallExpression':
      return importsAtRuntime(node['callee']) ? argumentsOf(node).slice(0, 1) : []
    default:
      return []
  }
}

/** `require`, `require.resolve` and `import.meta.resolve`. */
function importsAtRuntime(callee: unknown): boolean {
  if (!isNode(callee)) return false
  if (callee.type === 'Identifier') return callee['name'] === 'require'
  if (callee.type !== 'MemberExpression' || nameOf(callee['property']) !== 'resolve') return false
  const { object } = callee
  return isNode(object) && (nameOf(object) === 'require' || object.type === 'MetaProperty')
}

/** The texts in `v.picklist(['A', 'B'])`. What is spread from a constant is not among them. */
function membersOf(node: Node): readonly string[] {
  if (node.type !== 'CallExpression' || !isNode(node['callee'])) return []
  const { callee } = node
  const name = callee.type === 'MemberExpression' ? nameOf(callee['property']) : nameOf(callee)
  if (name !== 'picklist') return []
  const lists = argumentsOf(node).slice(0, 1)
  return lists
    .flatMap((list) => nodesOf(list))
    .flatMap((item) => (item.type === 'Literal' && typeof item['value'] === 'string' ? [item['value']] : []))
}

const ACCOUNT = new RegExp(`^(?:${PROVIDERS.join('|')}):`)

/** In quotes, or as the beginning of a template. */
function accountIn({ type, value }: Node): readonly string[] {
  const text = type === 'TemplateElement' && typeof value === 'object' ? Object.values(value ?? {})[0] : value
  const isText = (type === 'Literal' || type === 'TemplateElement') && typeof text === 'string'
  return isText && ACCOUNT.test(text) ? [text] : []
}

function textOf(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : undefined
  if (node.type !== 'TemplateLiteral') return undefined
  const [quasi, ...more] = nodesIn(node['quasis'])
  const cooked = (quasi?.['value'] as { readonly cooked?: unknown } | undefined)?.cooked
  return more.length === 0 && typeof cooked === 'string' ? cooked : undefined
}

const nameOf = (node: unknown): unknown =>
  isNode(node) && node.type === 'Identifier' ? node['name'] : undefined

const argumentsOf = (call: Node): readonly Node[] => nodesIn(call['arguments'])

const nodesIn = (list: unknown): readonly Node[] => (Array.isArray(list) ? list.filter(isNode) : [])

/** Every node at and below a value, in no order that matters. */
function nodesOf(value: unknown): readonly Node[] {
  const found: Node[] = []
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next !== 'object' || next === null) continue
    if (isNode(next)) found.push(next)
    waiting.push(...Object.values(next))
  }
  return found
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
