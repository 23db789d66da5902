/** The workspace's name in the gateway's logs: only where it is wanted, and nothing but the name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './source.mjs';

const { withWorkspaceTag } = await load('workspaceTag');

const tagsOf = (settings, name) => withWorkspaceTag(settings, name).tags;

test('nothing is added unless the user wants it, and there is a workspace', () => {
  for (const workspaceTag of [undefined, false, null, 'true', 1]) {
    assert.equal(tagsOf({ workspaceTag }, 'shop'), undefined);
  }
  assert.equal(tagsOf({ workspaceTag: true }, undefined), undefined);
  assert.deepEqual(tagsOf({ workspaceTag: true }, 'shop'), ['workspace:shop']);
  assert.deepEqual(tagsOf({ workspaceTag: true, tags: ['one'] }, 'shop'), ['one', 'workspace:shop']);
});

test('what is wrong with the tags is left for the core to say', () => {
  assert.equal(tagsOf({ workspaceTag: true, tags: 'one' }, 'shop'), 'one');
});

test('a name is short and plain, and no path', () => {
  const tag = (name) => tagsOf({ workspaceTag: true }, name)?.[0];
  assert.equal(tag('/srv/alice/secret project/shop'), 'workspace:shop');
  assert.equal(tag('D:\\alice\\shop\\'), 'workspace:shop');
  assert.equal(tag('shop (Workspace)'), 'workspace:shop (Workspace)');
  assert.equal(tag('  a\r\nb\u202e\u0000{"x":1}  '), 'workspace:a b x 1');
  assert.equal(tag('项目'), 'workspace:项目');
  assert.equal(tag('𝒳'.repeat(100)), `workspace:${'𝒳'.repeat(60)}`);
  assert.equal(tag('///'), undefined);
  assert.equal(tag('\u0007'), undefined);
});
