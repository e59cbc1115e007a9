"""Debian's Chromium, driven by Debian's Selenium; remembers what the page asked for and complained about."""
import base64
import json
import shutil
import tempfile
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

FLAGS = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--hide-scrollbars',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
]


class Browser:
    def __init__(self, folder):
        self.downloads = Path(folder) / 'downloads'
        shutil.rmtree(self.downloads, ignore_errors=True)
        self.downloads.mkdir(parents=True)
        self.profile = tempfile.TemporaryDirectory()
        options = webdriver.ChromeOptions()
        options.binary_location = '/usr/bin/chromium'
        for flag in [*FLAGS, f'--user-data-dir={self.profile.name}']:
            options.add_argument(flag)
        options.set_capability('goog:loggingPrefs', {'browser': 'ALL', 'performance': 'ALL'})
        self.driver = webdriver.Chrome(service=Service('/usr/bin/chromedriver'), options=options)
        self.driver.set_script_timeout(60)
        self.command(
            'Browser.setDownloadBehavior', behavior='allow', downloadPath=str(self.downloads)
        )
        # The page for new tabs loads resources of its own.
        self.driver.get('about:blank')

    def close(self):
        self.driver.quit()
        self.profile.cleanup()

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, promise, *arguments):
        """The value of a promise; an exception when it is rejected."""
        value = self.driver.execute_async_script(
            'const done = arguments[arguments.length - 1];'
            f'Promise.resolve({promise}).then(value => done([value]), error => done(String(error)));',
            *arguments,
        )
        if not isinstance(value, list):
            raise AssertionError(value)
        return value[0]

    def open(self, page, theme='light', width=1240):
        """Waits until every chart is drawn."""
        self.driver.get_log('browser')
        self.driver.get_log('performance')
        self.driver.set_window_size(width, 900)
        self.command(
            'Emulation.setEmulatedMedia',
            media='',
            features=[{'name': 'prefers-color-scheme', 'value': theme}],
        )
        self.driver.get(f'file://{page}')
        self.wait('window.faultpath.ready')

    def complaints(self):
        return [entry['message'] for entry in self.driver.get_log('browser')]

    def requested(self):
        messages = [
            json.loads(entry['message'])['message'] for entry in self.driver.get_log('performance')
        ]
        return [
            message['params']['request']['url']
            for message in messages
            if message['method'] == 'Network.requestWillBeSent'
        ]

    def pdf(self):
        printed = self.command('Page.printToPDF', printBackground=True, preferCSSPageSize=True)
        return base64.b64decode(printed['data'])

    def screenshot(self, path):
        """Of the whole page."""
        size = self.command('Page.getLayoutMetrics')['cssContentSize']
        clip = {'x': 0, 'y': 0, 'width': size['width'], 'height': size['height'], 'scale': 1}
        taken = self.command('Page.captureScreenshot', captureBeyondViewport=True, clip=clip)
        Path(path).write_bytes(base64.b64decode(taken['data']))
