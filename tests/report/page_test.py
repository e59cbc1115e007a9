"""The report page in a browser: page_test.py PROGRAM LIBRARIES FOLDER. Exits with 77 where a package is missing."""
import json
import subprocess
import sys
import time
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

try:
    from selenium.common.exceptions import JavascriptException  # noqa: F401
    from selenium.webdriver import ActionChains, Keys
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select
except ImportError:
    print('python3-selenium is missing')
    sys.exit(77)
if not Path('/usr/bin/chromium').exists() or not Path('/usr/bin/chromedriver').exists():
    print('chromium or chromium-driver is missing')
    sys.exit(77)

import results
from browser import Browser

PROGRAM, LIBRARIES, FOLDER = sys.argv[1:4]
CASES = ['pin', 'lru_locked', 'iopf']


def page_of(name, *contents, options=()):
    """Writes results and their report."""
    files = []
    for i, content in enumerate(contents):
        file = Path(FOLDER) / f'{name}-{i}.json'
        file.write_text(json.dumps(content))
        files.append(str(file))
    page = Path(FOLDER) / f'{name}.html'
    subprocess.run([PROGRAM, 'report', *files, '--out', page, *options], check=True)
    return page


def setUpModule():
    global browser, page
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    page = page_of('three', results.three_cases())
    browser = Browser(FOLDER)


def tearDownModule():
    browser.close()


def find(selector):
    return browser.driver.find_element(By.CSS_SELECTOR, selector)


def find_all(selector):
    return browser.driver.find_elements(By.CSS_SELECTOR, selector)


def chart(name):
    return f'figure[data-chart="{name}"]'


def marks(name, kind):
    """Marks that are there for all readers, without those that only decorate."""
    return find_all(f'{chart(name)} .chart .mark-{kind} path')


def colour_of(element, what='color'):
    return browser.run('return getComputedStyle(arguments[0])[arguments[1]]', element, what)


def settle():
    browser.wait(
        'Promise.all([...window.faultpath.figures.values()].map(figure => figure.drawn)).then(() => true)'
    )


def box():
    return find('#reading').text


def hover(element, dx=0, dy=0):
    browser.run('arguments[0].scrollIntoView({block: "center"})', element)
    ActionChains(browser.driver).move_to_element_with_offset(element, dx, dy).perform()


class Charts(unittest.TestCase):
    def setUp(self):
        browser.open(page)

    def test_every_case_has_its_line_in_the_tail(self):
        self.assertEqual(len(marks('tail', 'line')), 3)

    def test_every_stage_that_took_time_has_its_bar(self):
        self.assertEqual(len(marks('stages', 'rect')), 2 * (len(results.STAGES) - 1))

    def test_every_percentile_has_its_bar_of_shares(self):
        self.assertEqual(len(marks('blame', 'rect')), 2 * 4 * (len(results.STAGES) - 1))

    def test_every_series_has_a_line_a_case(self):
        self.assertEqual(len(marks('time', 'line')), 5 * 3)

    def test_overflows_are_marked(self):
        self.assertEqual(len(marks('time', 'rect')), 2 * 2)

    def test_every_case_is_a_point_of_memory_and_tail(self):
        self.assertEqual(len(marks('memory', 'symbol')), 3)
        labels = [label.text for label in find_all(f'{chart("memory")} .mark-text text')]
        self.assertCountEqual([label for label in labels if label in CASES], CASES)

    def test_the_console_is_silent_and_nothing_is_requested(self):
        self.assertEqual(browser.complaints(), [])
        self.assertEqual(
            [url for url in browser.requested() if not url.startswith(f'file://{page}')], []
        )


class Hands(unittest.TestCase):
    def setUp(self):
        browser.open(page)

    def test_another_distribution_is_drawn_when_it_is_selected(self):
        before = marks('tail', 'line')[1].get_attribute('d')
        Select(find('[data-option="distribution"]')).select_by_visible_text('fault latency')
        settle()
        self.assertEqual(len(marks('tail', 'line')), 2)
        self.assertNotEqual(marks('tail', 'line')[0].get_attribute('d'), before)

    def test_faults_of_another_percentile_are_drawn_when_it_is_selected(self):
        Select(find('[data-option="of"]')).select_by_visible_text('at p99')
        settle()
        self.assertIn('time of a fault, at p99', find(f'{chart("stages")} .chart').text)
        self.assertIn(
            '2.67 µs', [label.text for label in find_all(f'{chart("stages")} .mark-text text')]
        )  # 4 x 667 ns

    def opacities(self):
        return [float(line.get_attribute('opacity') or 1) for line in marks('tail', 'line')]

    def test_the_legend_singles_a_case_out_and_lets_go(self):
        button = find_all(f'{chart("tail")} .legend button')[2]
        button.click()
        settle()
        self.assertEqual([opacity > 0.5 for opacity in self.opacities()], [False, False, True])
        self.assertEqual(button.get_attribute('aria-pressed'), 'true')
        button.click()
        settle()
        self.assertEqual(self.opacities(), [1, 1, 1])

    def test_the_pointer_reads_all_cases(self):
        hover(find(f'{chart("tail")} .chart'), 100)
        for name in CASES:
            self.assertIn(name, box())
        self.assertRegex(box(), r'DMA latency p\d+')
        self.assertNotRegex(box(), 'NaN|undefined|–')
        hover(find('h1'))
        self.assertFalse(find('#reading').is_displayed())

    def test_the_arrow_keys_read_step_by_step(self):
        place = find(f'{chart("time")} .chart')
        place.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
        self.assertIn('from 100 µs', box())
        for text in ('operations a second', '640 k/s', '256 MiB'):
            self.assertIn(text, box())
        place.send_keys(Keys.ESCAPE)
        self.assertFalse(find('#reading').is_displayed())

    def test_a_bar_says_its_stage_and_a_point_its_values(self):
        hover(marks('stages', 'rect')[5])
        self.assertIn('of', box())
        self.assertIn('lru_locked', box())
        hover(marks('memory', 'symbol')[1])
        self.assertIn('32.0 MiB', box())

    def saved(self, kind, suffix):
        before = set(browser.downloads.iterdir())
        browser.run('arguments[0].click()', find(f'{chart("stages")} [data-save="{kind}"]'))
        for _ in range(100):
            new = {file for file in browser.downloads.iterdir() if file.suffix == suffix} - before
            if new:
                return new.pop()
            time.sleep(0.05)
        self.fail(f'nothing was saved in {browser.downloads}')

    def test_a_chart_is_saved_as_an_svg_that_stands_alone(self):
        text = self.saved('SVG', '.svg').read_text()
        ElementTree.fromstring(text)
        self.assertNotIn('var(', text)
        self.assertIn('work queue', text)
        self.assertIn('lru_locked', text)

    def test_a_chart_is_saved_as_a_png(self):
        self.assertTrue(self.saved('PNG', '.png').read_bytes().startswith(b'\x89PNG'))


class Looks(unittest.TestCase):
    def test_the_page_follows_the_system_s_theme_and_the_button(self):
        browser.open(page, theme='dark')
        self.assertEqual(colour_of(find('body'), 'backgroundColor'), 'rgb(21, 24, 28)')
        label = f'{chart("tail")} .role-axis-label text'
        dark = colour_of(find(label), 'fill')
        find('#theme').click()
        self.assertEqual(colour_of(find('body'), 'backgroundColor'), 'rgb(255, 255, 255)')
        self.assertNotEqual(colour_of(find(label), 'fill'), dark)

    def test_print_is_light_and_without_controls(self):
        browser.open(page, theme='dark')
        browser.command(
            'Emulation.setEmulatedMedia',
            media='print',
            features=[{'name': 'prefers-color-scheme', 'value': 'dark'}],
        )
        self.assertEqual(colour_of(find('body'), 'backgroundColor'), 'rgb(255, 255, 255)')
        for selector in ('nav', '.save', '#theme'):
            self.assertFalse(find(selector).is_displayed(), selector)
        self.assertTrue(browser.pdf().startswith(b'%PDF'))

    def test_a_narrow_window_scrolls_down_only(self):
        browser.open(page, width=500)  # Chromium's least
        self.assertLessEqual(
            browser.run('return document.documentElement.scrollWidth'),
            browser.run('return innerWidth'),
        )

    def test_a_screen_reader_finds_nothing_serious(self):
        for theme in ('light', 'dark'):
            browser.open(page, theme=theme)
            browser.run((Path(LIBRARIES) / 'node_modules/axe-core/axe.min.js').read_text())
            found = browser.wait('axe.run()')['violations']
            serious = [
                (one['id'], one['nodes'][0]['html'][:200], one['nodes'][0]['failureSummary'][:300])
                for one in found
                if one['impact'] in ('serious', 'critical')
            ]
            self.assertEqual(serious, [], theme)

    def test_tables_and_words_are_there_without_scripts(self):
        browser.command('Emulation.setScriptExecutionDisabled', value=True)
        try:
            browser.driver.get(f'file://{page}')
            self.assertEqual(len(find_all('.words li')), 3)
            self.assertGreater(len(find_all('.compare tbody tr')), 5)
            self.assertFalse(find(chart('tail')).is_displayed())
        finally:
            browser.command('Emulation.setScriptExecutionDisabled', value=False)


class Inputs(unittest.TestCase):
    def test_of_sixty_cases_eight_are_drawn_until_more_are_chosen(self):
        cases = [
            {'strategy': 'iopf', 'variant': f'v{i:02}', 'scale': 1000.0 + 40 * i, 'locked': i << 20}
            for i in range(60)
        ]
        many = page_of('sixty', results.result(cases))
        started = time.monotonic()
        browser.open(many)
        print(f'60 cases open in {time.monotonic() - started:.1f} s', file=sys.stderr)
        self.assertEqual(len(marks('tail', 'line')), 8)
        self.assertEqual(len(find_all('.compare tbody tr')), 60)
        find_all('#cases input')[20].click()
        settle()
        self.assertEqual(len(marks('tail', 'line')), 9)
        find('[data-choose="all"]').click()
        settle()
        self.assertEqual(len(marks('tail', 'line')), 60)
        find('[data-choose="none"]').click()
        settle()
        self.assertEqual(len(marks('tail', 'line')), 0)
        self.assertEqual(browser.complaints(), [])

    def test_results_stand_side_by_side_under_labels_of_their_own(self):
        browser.open(page_of('both', results.three_cases(), results.three_cases()))
        legend = [button.text for button in find_all(f'{chart("tail")} .legend button')]
        self.assertEqual(
            legend, [f'{result}: {case}' for result in ('both-0', 'both-1') for case in CASES]
        )
        self.assertEqual(len(marks('tail', 'line')), 6)
        self.assertEqual(browser.complaints(), [])

    def test_a_check_against_a_baseline_shows_the_change_of_each_metric(self):
        baseline = Path(FOLDER) / 'baseline.json'
        baseline.write_text(json.dumps(results.three_cases()))
        slower = results.three_cases(iopf=2400.0)
        browser.open(page_of('checked', slower, options=['--baseline', baseline]))
        self.assertIn('worse', find('.verdict').text)
        # The other cases are identical: nothing is to be compared, and nothing to be chosen.
        self.assertEqual(find_all(f'{chart("check")} select'), [])
        bars = [bar.get_attribute('aria-label') for bar in marks('check', 'symbol')]
        # 2400 ns instead of 2000, as exactly as buckets of 1/64 tell.
        self.assertRegex(' '.join(bars), r'dma_latency\.p50: \+(19\.[5-9]|20\.[0-5]) %')
        hover(marks('check', 'symbol')[0])
        self.assertIn('%', box())
        self.assertEqual(browser.complaints(), [])

    def test_a_panel_without_data_is_left_out(self):
        browser.open(
            page_of(
                'still',
                results.result(
                    [{'strategy': 'pin', 'scale': 1e3, 'locked': 1 << 20, 'faults': False}]
                ),
            )
        )
        self.assertEqual(
            [element.get_attribute('data-chart') for element in find_all('figure')],
            ['tail', 'time'],
        )
        self.assertEqual(browser.complaints(), [])

    def test_a_curve_is_drawn_over_the_limit_with_its_knee_and_its_target(self):
        browser.open(page_of('curve', results.curve()))
        # Faults as predicted and as simulated; and the metric.
        self.assertEqual(len(marks('limits', 'line')), 3)
        points = [point.get_attribute('aria-label') for point in marks('limits', 'symbol')]
        self.assertEqual(len(points), 2 * 3)
        self.assertIn('limit 2.00 MiB: 1907 faults, dma_latency_ns.p99 38.1 µs', points[1])
        labels = [label.text for label in find_all(f'{chart("limits")} .mark-text.role-mark text')]
        self.assertEqual(sorted(labels), ['knee', 'knee', 'target', 'target'])
        # In each row an interval a point, the knee and the target; and the bound of the target.
        rules = find_all(f'{chart("limits")} .mark-rule.role-mark line')
        self.assertEqual(len(rules), 2 * (3 + 2) + 1)
        hover(marks('limits', 'symbol')[0])
        self.assertIn('1.00 MiB', box())
        self.assertEqual(browser.complaints(), [])

    def test_a_curve_can_be_drawn_without_a_knee_and_with_a_target_that_no_limit_meets(self):
        content = results.curve()
        content['curve']['knee'] = None
        content['curve']['target'].update(limit_bytes=None)
        browser.open(page_of('curve-without', content))
        rules = find_all(f'{chart("limits")} .mark-rule.role-mark line')
        self.assertEqual(len(rules), 2 * 3 + 1)
        self.assertEqual(find_all(f'{chart("limits")} .mark-text.role-mark text'), [])
        self.assertEqual(browser.complaints(), [])

    def test_guests_have_their_blame_and_a_front_of_density(self):
        browser.open(page_of('guests', results.guests()))
        # The first eight cases, and of five whose time it can be the device has none.
        self.assertEqual(len(marks('scopes', 'rect')), 8 * 4)
        words = [bar.get_attribute('aria-label') for bar in marks('scopes', 'rect')]
        self.assertTrue(any(text.startswith('pin_4/sva, VMM: 400 ns, 40.0 %') for text in words))
        Select(find(f'{chart("scopes")} [data-option="of"]')).select_by_visible_text('at p99')
        settle()
        words = [bar.get_attribute('aria-label') for bar in marks('scopes', 'rect')]
        self.assertTrue(any(text.startswith('pin_4/sva, VMM: 1.60 µs, 72.7 %') for text in words))
        # All of them, with a line for each way to hold memory; the front is not read aloud.
        self.assertEqual(len(marks('density', 'line')), 3 + 1)
        points = [point.get_attribute('aria-label') for point in marks('density', 'symbol')]
        self.assertEqual(len(points), 9)
        self.assertTrue(points[8].startswith('iopf_16/sva: 16 guests, iopf, p99 '), points[8])
        hover(marks('density', 'symbol')[0])
        self.assertIn('4 guests', box())
        legend = [button.text for button in find_all(f'{chart("density")} .legend button')]
        self.assertEqual(legend, ['pin', 'iopf', 'lru_locked'])
        find('[data-choose="none"]').click()
        settle()
        self.assertEqual(len(marks('density', 'symbol')), 0)
        self.assertEqual(browser.complaints(), [])

    def test_names_are_text_whatever_they_say(self):
        name = '</script><script>document.title = "taken"</script>"\'&<b>'
        content = results.three_cases(name=name, description=name)
        for run in content['runs']:
            run['variant'] = name
        browser.open(page_of('hostile', content))
        self.assertEqual(find('h1').text, name)
        self.assertEqual(find_all(f'{chart("tail")} .legend button')[0].text, f'{name}/pin')
        find_all(f'{chart("tail")} .legend button')[0].click()
        self.assertNotEqual(browser.driver.title, 'taken')
        self.assertEqual(browser.complaints(), [])


if __name__ == '__main__':
    began = time.monotonic()
    outcome = unittest.main(argv=[sys.argv[0], *sys.argv[4:]], exit=False).result
    print(f'browser tests: {outcome.testsRun} in {time.monotonic() - began:.0f} s')
    sys.exit(not outcome.wasSuccessful())
