/** The source tree as a map from each file to what it imports; a test adds files to it that are on no disk. */
import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, posix } from 'node:path'
import packageJson from '../../package.json' with { type: 'json' }
import { type ModuleImports, readImports } from './module-imports.ts'

/** Paths from the root of the project, with `/`. */
export type Tree = ReadonlyMap<string, ModuleImports>

export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'unknown'; readonly specifier: string }

const ROOT = join(import.meta.dirname, '../..')
const SOURCE = /\.(?:[cm]?[jt]s|tsx)$/
/** What is made, fetched or written by hand for people: no source of the program. */
const NOT_SOURCE = new Set(['node_modules', 'cdk.out', 'coverage', 'reports'])
/** The same at one place alone: tests of documents stand in a folder of the first name. */
const NOT_SOURCE_HERE = new Set(['docs', 'console/dist'])

export function readTree(): Tree {
  return new Map(
    sourceFiles('').map((path) => [path, readImports(path, readFileSync(join(ROOT, path), 'utf8'))]),
  )
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (entry.isFile()) return SOURCE.test(entry.name) ? [path] : []
    const passedOver = NOT_SOURCE.has(entry.name) || NOT_SOURCE_HERE.has(path)
    const isSource = entry.isDirectory() && !entry.name.startsWith('.') && !passedOver
    return isSource ? sourceFiles(path) : []
  })
}

/** The tree with more files, or with others in their place. */
export function withFiles(tree: Tree, files: Readonly<Record<string, string>>): Tree {
  const added = Object.entries(files).map(([path, source]) => [path, readImports(path, source)] as const)
  return new Map([...tree, ...added])
}

/** What a file's import stands for: a file of the project, or a package with its scope and without what follows its name. */
export function resolve(from: string, specifier: string): Target {
  if (specifier.startsWith('.')) return { kind: 'file', path: posix.join(posix.dirname(from), specifier) }
  if (specifier.startsWith('#')) return resolveAlias(specifier)
  if (isBuiltin(specifier)) return { kind: 'package', name: specifier.replace(/^(?:node:)?/, 'node:') }
  const [scope = '', name = ''] = specifier.split('/')
  return { kind: 'package', name: scope.startsWith('@') ? `${scope}/${name}` : scope }
}

function resolveAlias(specifier: string): Target {
  for (const [alias, place] of Object.entries(packageJson.imports)) {
    const prefix = alias.replace(/\*$/, '')
    if (!specifier.startsWith(prefix)) continue
    const rest = specifier.slice(prefix.length)
    return { kind: 'file', path: posix.normalize(place.replace('*', () => rest)) }
  }
  return { kind: 'unknown', specifier }
}
