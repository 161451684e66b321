import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readPage } from './markdown.ts'
import { RULES, unportableIn } from './portable-shell.ts'

const root = join(import.meta.dirname, '../..')
const paths = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
].filter((path) => path.endsWith('.md'))
const pages = paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

const PLANTED = [
  'date -d "2 hours ago" +%s',
  'date -u --date=yesterday',
  'date +%s%N',
  'echo "${STAGE,,}"',
  'mapfile -t lines < file',
  'npm start |& tee log',
  "sed -i 's/a/b/' file",
  "sed -r 's/(a)/b/' file",
  "grep -oP '\\d+' file",
  'readlink -f file',
  'base64 -w0 key.pem',
  'xargs -r rm',
  'stat -c %s file',
  'head -n -1 file',
  'sort -V versions',
  'timeout 5 npm test',
  'cp -al a b',
  'mktemp --suffix=.pem',
]

describe('commands in the documentation', () => {
  it.each(pages)('of $path run in every shell, on macOS and BSD as well', ({ text }) => {
    expect(unportableIn(text)).toEqual([])
  })

  it.each(PLANTED)('that do not are seen: %s', (command) => {
    expect(unportableIn(`Text.\n\n\`\`\`sh\n${command}\n\`\`\`\n`)).toHaveLength(1)
    expect(unportableIn(`Type \`${command}\`.`)).toHaveLength(1)
  })

  it('are held to rules that each have a breach above', () => {
    const idle = RULES.filter(({ found }) => !PLANTED.some((command) => found.test(command)))
    expect(idle).toEqual([])
  })

  it.each(['docs/runbook.md', 'docs/zh-CN/runbook.md'])(
    'of %s have no comments: zsh takes them for words',
    (path) => {
      const lines = readPage(readFileSync(join(root, path), 'utf8')).fences.flatMap(
        ({ language, lines: all }) => (language === 'sh' ? all : []),
      )
      const commented = (line: string) => /(?:^|\s)#(?:\s|$)/.test(line)
      expect(lines.filter(commented)).toEqual([])
      expect(['npm start  # now', '# first'].every(commented)).toBe(true)
    },
  )

  it('are whole: bash reads every block', async () => {
    const blocks = pages.flatMap(({ text }) =>
      readPage(text)
        .fences.filter(({ language }) => language === 'sh')
        .map(({ lines }) => lines.join('\n')),
    )
    // What stands in angle brackets is filled in first, and a block may end in a comment.
    const script = blocks.map((block) => `{ :\n${block.replaceAll(/<[^<>\n]+>/g, 'text')}\n}`).join('\n')
    await expect(promisify(execFile)('bash', ['-nc', script])).resolves.toMatchObject({ stderr: '' })
    await expect(promisify(execFile)('bash', ['-nc', `${script}\nfor t in a; do`])).rejects.toThrow('syntax')
  })
})
