// node bundle.mjs NODE_MODULES OUT: puts what the page's charts are drawn with into one script, with the
// licences of all packages that are built into it.
import {createHash} from 'node:crypto';
import {existsSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const [modules, out] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const lock = readFileSync(join(here, 'package-lock.json'));
const packages = JSON.parse(lock).packages;
const drawing = ['vega', 'vega-lite'];
// What their command lines need is not in the scripts for browsers.
const not_for_browsers = new Set([
  'yargs',
  'tslib',
  'commander',
  'iconv-lite',
  'vega-typings',
  '@types/geojson',
  '@types/estree',
]);

function with_needs(name, found = new Set()) {
  if (found.has(name) || not_for_browsers.has(name)) return found;
  found.add(name);
  for (const need of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {}))
    with_needs(need, found);
  return found;
}

// Packages under the same text stand over it together.
const licences = new Map();
for (const name of [...drawing.reduce((found, one) => with_needs(one, found), new Set())].sort()) {
  const folder = join(modules, name);
  const file = existsSync(folder) && readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} comes without a licence`);
  const text = readFileSync(join(folder, file), 'utf8')
    .replace(/\r/g, '')
    .trim()
    .replaceAll('--', '- -');
  licences.set(text, [
    ...(licences.get(text) ?? []),
    `${name} ${packages[`node_modules/${name}`].version}`,
  ]);
}

const script = drawing.map(name => {
  const text = readFileSync(join(modules, name, 'build', `${name}.min.js`), 'utf8');
  return text.replace(/^\/\/# sourceMappingURL=.*$/gm, '').trim() + '\n';
});
writeFileSync(join(out, 'libraries.js'), script.join(''));
writeFileSync(
  join(out, 'licences.txt'),
  [...licences].map(([text, names]) => `${names.join(', ')}\n\n${text}\n\n`).join('\n'),
);
writeFileSync(join(out, 'lock.sha256'), createHash('sha256').update(lock).digest('hex') + '\n');
